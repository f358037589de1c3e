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
    case "lossless12": return Self.slope
    default: return Self.slope.enumerated().map { UInt16($0.offset) + 40 * $0.element }
    }
  }

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
}
