/// Gray JPEG frames of 16 × 12 pixels, written by dcmtk 3.6.7 and GDCM's libjpeg of 12 bits.
struct JPEGFrameSample: Sendable {
  let name: String
  let syntax: String
  let bitsStored: Int
  let base64: String

  static let columns = 16
  static let rows = 12

  /// `31x + 17y + 4(xy mod 7)`.
  static let slope: [UInt16] = {
    var values: [UInt16] = []
    for y in 0..<rows {
      for x in 0..<columns {
        let value: Int = 31 * x + 17 * y + 4 * (x * y % 7)
        values.append(UInt16(value))
      }
    }
    return values
  }()

  /// What dcmtk decodes; of lossless frames that is what was encoded.
  var values: [UInt16] {
    switch name {
    case "extended12": return Self.extended
    case "lossless8": return Self.slope.map { $0 / 4 }
    case "lossless12", "lossless12LS": return Self.slope
    case "near12LS": return Self.near
    default: return Self.slope.enumerated().map { UInt16($0.offset) + 40 * $0.element }
    }
  }

  /// Whether the frame is JPEG-LS, which has no Huffman tables.
  var isLS: Bool { name.hasSuffix("LS") }

  static let all: [JPEGFrameSample] = [
    JPEGFrameSample(
      name: "extended12", syntax: "1.2.840.10008.1.2.4.51", bitsStored: 12,
      base64: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4R\
        DgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wQALDAAMABABAREA/8QAFgABAQEAAAAAAAAAAAAAAAAACgkN/8QAKRAA\
        AQIEBAQHAAAAAAAAAAAAAQIRAwQFEgkhMaEIUWHwBgciJEFCYv/aAAgBAQAAPwDMf8OXhkloUjS/aQjEMNP1CiSR\
        sR3rkpjDr4YpRKKVCTKwQVKhocAHJw6rvjvk5lBhweAaMKbTrZa22CNGzdKXfL9bDq6mcOny/oplqYkS1qb4SCkE\
        MRe3LX07no3/2Q==
        """),
    JPEGFrameSample(
      name: "lossless8", syntax: "1.2.840.10008.1.2.4.70", bitsStored: 8,
      base64: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/wwALCAAMABABAREA/8QAGAABAQEBAQAAAAAAAAAAAAAABAMCAQj/2gAIAQEA\
        AQAA8/3QhF0IRdCEXQiiUJSlGkpQlKepopSdqVpSlaUraaLXRVF0Uui9rouq6squtWUZVlKso2tm2rZtqttaraOv\
        a972de9r3u2iEIuhCLoQi6EIqhKUoTpKEpSjSaKSrak7UpO1K0qi17XRe1roqi6KoyrKMrVdWVXWrP/Z
        """),
    JPEGFrameSample(
      name: "lossless12", syntax: "1.2.840.10008.1.2.4.70", bitsStored: 12,
      base64: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/wwALDAAMABABAREA/8QAGAABAQEBAQAAAAAAAAAAAAAABgUEAwz/2gAIAQEA\
        AQAA8/8A379+/fv379+/fv379+ijRo0aNH3Ro0aNGj7o6KdOn1p0+tOnT606fWnoq1e9XvV71aver3q96uivpr6a\
        +nTX019NfTpr6LOvXZ169dnXrs69euzot7du3bt229u3bt27bejfv379+/fv379+/fv36KNGjRo0fdGjRo0aPujo\
        p06fWnT606dPrTp9aeirV71e9XvVq96ver3q6K+mvpr6dNfTX019Omv/AP/Z
        """),
    JPEGFrameSample(
      name: "lossless16", syntax: "1.2.840.10008.1.2.4.70", bitsStored: 16,
      base64: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAMABABAREA/8QAGAABAQEBAQAAAAAAAAAAAAAACwoJDBD/2gAIAQEA\
        AQAA8mymymymymymymymymymymymymymymzVwryryryryryrzoyryryryryryrzoyrzVwwywywztywywztywywyw\
        ztywywztywzVw1y1zSy1zSy1zSy1y1zSy1zSy1zSy1zVw6zXy6zXy6zXzXy6zXy6zXy6zXzXy6zVw/zczcy/zczc\
        zcy/zczcy/zczczcy/zVx0TKHKHKHKHKHKHPRMococococococ9EzVwmymymymymymymymymymymymymymymzVwr\
        yryryryryrzoyryryryryryrzoyrzVwwywywztywywztywywywztywywztywzVw1y1zSy1zSy1zSy1y1zSy1zSy1\
        zSy1zVw6zXy6zXy6zXzXy6zXy6zXy6zXzXy6z//Z
        """),
    JPEGFrameSample(
      name: "predictor6", syntax: "1.2.840.10008.1.2.4.57", bitsStored: 16,
      base64: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAMABABAREA/8QAGgABAQEBAQEBAAAAAAAAAAAACQoLCAUHEP/aAAgB\
        AQAGAAD9ps6bOmzps6bOmzps6bOmzps6bOmzps6bOmzVw/lJlTldlnlxnPb+UmVOV2WeXGc9v5Vw/lJlThFoYrjW\
        P5SZU4RaGK41j+VcP5SYHeo4bauNY/lJgd6jhtq41j+VcP5PXpmEXq2cVtY/k9emYRerZxW1j+VcP5SYHeo4bauN\
        Y/lJgd6jhtq41j+VcP5SZU4RaGK41j+UmVOEWhiuNY/lXEzfufbOvEMVxrJm/c+2deIYrjWTN1cP5SZU5XZZ5cZz\
        2/lJlTldlnlxnPb+VcP5SZU4RaGK41j+UmVOEWhiuNY/lXD+UmB3qOG2rjWP5SYHeo4bauNY/lXD+T16ZhF6tnFb\
        WP5PXpmEXq2cVtY/n///2Q==
        """),
    JPEGFrameSample(
      name: "lossless12LS", syntax: "1.2.840.10008.1.2.4.80", bitsStored: 12,
      base64: """
        /9j/9wALEAAMABABAREA//gADQH//wASAEMBFABA/9oACAEBAAAAAKHsPYdw9h3HMbzWZw9h3HMbzWZwihVDKHEf\
        SBPoJCiTSyZWllDwqhFE05RR8GQagpIpiekYRBiEoUQ5HpaAU6i4WikcloATaXCkQiaSmoHiBBVxGI6YhMPoNaRa\
        KiSIlqFuskwURIUrdRJgYaRREZWtU5cOJMrWKcuHEkERrgRAajJgxtMCQFPjwJEZhqFS5izZKdChYwYsVWQQ1CdW\
        tyYlCzp1a3JiEWPRp06DzU4dAunQeTOGQZyFdFx5CapSFdGx1CapSBNA/9k=
        """),
    JPEGFrameSample(
      name: "lossless16LS", syntax: "1.2.840.10008.1.2.4.80", bitsStored: 16,
      base64: """
        /9j/9wALEAAMABABAREA//gADQH//wASAEMBFABA/9oACAEBAAAAAItiWxTXprU1aalNOmlTRpoUz6Z1M2mZTLq4\
        NYP3FLDNSupXRRN1F/AkeUuK3FbVDDWGqnST6BQ6YzeCBXSmhnxCgVgN3f9c+auU6Z4e2hoZw1l/BHBmx6qFCm7U\
        35EZGrFIGXqRmAKvHrPuKNMsUpT/KsHqvrKKNVKJMoNoQMU2aK+QoMyI2JABTVoD3yfjVCfTHDuz+1Mt0ewTuYsd\
        qfqpNub0icTUycGoZPKdTUbk9Am9qOnFNpptxeeTcw2m0ww6sSULpGUjKFjmCnSCQxcQyIZCsA1Ml4v05wR2npuD\
        uWsl7nLCNU6Nvdm1M1IlEvA49GMzJhzrX2l1nFI2mYsJdQ+g1EkYuVbcvpMo850hIZcS3pfKYh5roSQDUAD/2Q==
        """),
    JPEGFrameSample(
      name: "near12LS", syntax: "1.2.840.10008.1.2.4.81", bitsStored: 12,
      base64: """
        /9j/9wALDAAMABABAREA/9oACAEBAAIAALe993laVp3vaV2xrnPMpCFKYycYQhExanI6YzMdjQ9GYiQyExGJ/UJm\
        JeTybsRITWhEvt2RGRErMyNV07PKFSZ6q2bYjIQhFojMRv2REW6ZEWpemTZdMkT69N1IhRNERTj/2Q==
        """),
  ]

  private static let extended: [UInt16] = [
    0, 31, 62, 93, 129, 152, 188, 216, 248, 277, 310, 343, 368, 408, 430, 468, 18, 53, 87, 123, 152,
    193, 225, 236, 266, 306, 337, 371, 410, 438, 460, 478, 33, 74, 113, 149, 164, 206, 240, 250,
    293, 327, 370, 381, 420, 456, 471, 505, 55, 88, 139, 155, 194, 206, 254, 267, 308, 361, 365,
    412, 427, 466, 486, 531, 68, 116, 133, 180, 204, 248, 261, 289, 332, 348, 398, 416, 471, 482,
    499, 547, 83, 134, 165, 182, 231, 254, 281, 300, 351, 382, 397, 449, 474, 493, 519, 570, 105,
    154, 187, 205, 240, 263, 295, 319, 375, 397, 428, 456, 476, 510, 536, 594, 118, 151, 180, 216,
    244, 272, 307, 336, 366, 398, 431, 460, 490, 522, 552, 583, 136, 170, 206, 246, 270, 308, 348,
    351, 386, 425, 457, 492, 528, 561, 571, 605, 153, 197, 230, 270, 285, 323, 360, 373, 410, 449,
    482, 502, 540, 574, 592, 625, 170, 206, 259, 265, 316, 321, 378, 382, 426, 473, 484, 534, 535,
    598, 594, 648, 187, 240, 253, 304, 318, 367, 384, 405, 454, 473, 520, 537, 587, 596, 623, 670,
  ]

  private static let near: [UInt16] = [
    0, 30, 60, 91, 126, 157, 184, 217, 246, 281, 312, 342, 373, 405, 433, 467, 15, 50, 86, 121, 157,
    194, 227, 236, 268, 304, 341, 372, 409, 446, 449, 487, 35, 75, 114, 150, 162, 200, 242, 253,
    289, 331, 366, 378, 417, 457, 469, 508, 53, 93, 138, 150, 197, 211, 254, 268, 309, 352, 369,
    413, 428, 470, 486, 530, 70, 115, 132, 179, 202, 249, 265, 287, 332, 350, 398, 415, 465, 482,
    501, 548, 86, 137, 158, 182, 234, 257, 280, 300, 355, 378, 397, 452, 474, 498, 520, 572, 100,
    156, 182, 213, 238, 264, 293, 320, 375, 402, 427, 456, 484, 509, 535, 592, 120, 149, 180, 211,
    241, 276, 305, 337, 367, 400, 431, 462, 490, 520, 551, 583, 135, 170, 207, 243, 276, 310, 345,
    351, 389, 423, 459, 493, 529, 561, 569, 603, 155, 193, 231, 270, 279, 319, 357, 372, 408, 447,
    486, 496, 538, 578, 588, 624, 170, 212, 255, 269, 312, 331, 370, 387, 428, 472, 490, 531, 545,
    591, 602, 646, 186, 232, 254, 298, 321, 367, 384, 403, 453, 472, 516, 536, 581, 601, 619, 669,
  ]

  /// A JPEG-LS frame of 36 × 32 values, damaged, that CharLS 2.4 counts on for half a minute.
  static let endless = """
    /9j/9wALDAAgACQBAREA/9oACAEBAAAAAL799/ffnv15/ffnv158d61WpTpUaH/3vnnfXXXPPFq5ePyB+iaEyxk0ZT5v\
    EShUoxSZdIESDdFZp595OxIKMP5rVTyjD+KxlxRh/DthtRh/HpcpRg/PKtwpiE2XwwSxAZL3WJagXL2UIagVK6kQ1BQr\
    i5N66Bg4xL2f1jS0Pb+UMGR531QsZPjfFFCvp8sVKK1lqxUkneGMEyCd4YwTII5jbRF5HOKdvJMo5jbyTKOY28kyjeGP\
    JM/vDHkmf3wTPyIy/ayBskSu50NyknuNjMII5jYzCP3hemh5ZwgQXQ4o488z7STTjjvsIMNNO+t5ZhiZP1OE04+6nCac\
    fdThNNvupwmm3XW4TTbCLra8za7ra4zS7La4zS7La4zS7Ma4zTarG9sJFVY3pRIqrG8qJFXY3hRAq6mrqIFcXVQuFL7S\
    qFwpX4RYqEK/CLFQhP4RgmEJp8v3EGyfhHEG3/COINv+EcQbf8I4g2/+rg+INbtA2INbeAuILXPAmIJTPAmR/z0uRxRx\
    55kjSTTjjZGEGHGnXW8s00663lmGKrupoqmibqcJpom6nCacTdThNOIupwmmqquprTdbdbWma262sM1t1tYZrbLawzWF\
    2NWUQKyxqqnissaop4rLGpqeKypqSnistqkZCl9pVC4Uv8IsVCFfhFioQn8IwTCE07Z7iDZKYRxBsn4RxBt/wjiDb/hH\
    EG3/UyD5DW7QNkNXeAuQtd4C5CUzwJkJ+MskcUcIPMkaSaecbdhBhxp11vLNNPut5RhijLqcJppV1OE00q6nCaaVdThN\
    dKutwmuqXdbWGa6y2sM11ltYZrrLaszXWW1ZmuZY1FTxWWNQU8VtjfqeK2xvlOFbY3qnCvbVQuFL7SqFwpf6VYqEK/CL\
    FQhX4RgqEJpw33EGyUz3EGyfhHEG3/COINv+EcQbf92wfIa3aBsha7wFyFpngTIlM8Caf8WbI4o488yRpJpxxsjCDDjj\
    rseWaafdbyjDE23U4VTS7qcJppV1OE0BAE9CAAACAAAAAAECAAIAVUkaADEuMi44NDAuMTAwMDguNS4xLjQuMQAAAA==
    """
}
