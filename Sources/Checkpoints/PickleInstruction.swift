/// Names of the pickle instructions that weight files do not use, for refusing them by name.
enum PickleInstruction {
  static func name(_ code: UInt8) -> String {
    let number = "0x" + String(code, radix: 16)
    return names[code].map { "\($0) (\(number))" } ?? number
  }

  private static let names: [UInt8: String] = [
    UInt8(ascii: "F"): "FLOAT", UInt8(ascii: "S"): "STRING", UInt8(ascii: "V"): "UNICODE",
    UInt8(ascii: "P"): "PERSID", UInt8(ascii: "i"): "INST", UInt8(ascii: "o"): "OBJ",
    0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x92: "NEWOBJ_EX", 0x96: "BYTEARRAY8",
    0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
  ]
}
