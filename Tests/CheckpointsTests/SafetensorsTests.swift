import Foundation
import Tensors
import Testing

@testable import Checkpoints

struct SafetensorsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ header: String, numbers: Int, as name: String = "w.safetensors") throws
    -> String
  {
    let text = Array(header.utf8)
    return try folder.write(
      little(UInt64(text.count)) + text + [UInt8](repeating: 0, count: numbers), as: name)
  }

  private func header(_ shape: String, _ offsets: String, dtype: String = "F32") -> String {
    "\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)"
  }

  @Test(arguments: [SafetensorsWriter.Precision.float32, .float16, .bfloat16])
  func whatIsWrittenIsRead(_ precision: SafetensorsWriter.Precision) throws {
    let path = "\(folder.path)/w.safetensors"
    // Values that all three precisions represent exactly.
    let values = (0..<12).map { Float($0) * 0.25 - 1 }
    let tensors = [
      ("a", Tensor(values, shape: [3, 4])), ("b \"quoted\" \\ ü\n", Tensor([-0.5], shape: [])),
      ("empty", Tensor([], shape: [0, 7])),
    ]
    try SafetensorsWriter.write(
      tensors, precision: precision, metadata: ["format": "pt", "note": "line\n\"two\""], to: path)
    let archive = try openArchive(at: path)
    #expect(archive.names == tensors.map(\.0))
    #expect(archive.metadata == ["format": "pt", "note": "line\n\"two\""])
    for (name, tensor) in tensors {
      #expect(try archive.tensor(name).shape == tensor.shape)
      #expect(try archive.tensor(name).values == tensor.values)
    }
    #expect(
      try archive.rows([2, 0, 2], of: "a").values
        == [8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11].map { Float($0) * 0.25 - 1 })
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left == ["w.safetensors"])
  }

  @Test func aBorrowedTensorOutlivesItsArchiveAndItsFile() throws {
    let path = "\(folder.path)/w.safetensors"
    try SafetensorsWriter.write([("a", Tensor([1, 2, 3], shape: [3]))], to: path)
    var archive: (any TensorArchive)? = try openArchive(at: path)
    var tensor = try #require(try archive?.tensor("a"))
    archive = nil
    try FileManager.default.removeItem(atPath: path)
    #expect(tensor.values == [1, 2, 3])
    tensor.withUnsafeMutablePointer { $0[0] = 9 }
    #expect(tensor.values == [9, 2, 3])
  }

  @Test func everyHalfPrecisionNumberConvertsExactlyAndBack() {
    for bits in UInt16.min...UInt16.max {
      let value = ElementType.float(half: bits)
      let reference = Float(Float16(bitPattern: bits))
      if reference.isNaN {
        #expect(value.isNaN)
      } else {
        guard value.bitPattern == reference.bitPattern, ElementType.half(value) == bits else {
          Issue.record("half precision \(bits) became \(value)")
          return
        }
      }
    }
  }

  @Test func narrowingRoundsToNearestEven() {
    var state: UInt32 = 12345
    for _ in 0..<200_000 {
      state = state &* 1_664_525 &+ 1_013_904_223
      let value = Float(bitPattern: state)
      guard !value.isNaN else { continue }
      guard ElementType.half(value) == Float16(value).bitPattern else {
        Issue.record("\(value) narrowed to \(ElementType.half(value))")
        return
      }
      let narrow = Float(bitPattern: UInt32(ElementType.bfloat16(value)) << 16)
      // The neighbours in bfloat16 are 2^16 bit patterns apart.
      let gap = Int64(narrow.bitPattern) - Int64(value.bitPattern)
      guard abs(gap) <= 0x8000 else {
        Issue.record("\(value) narrowed to \(narrow)")
        return
      }
    }
  }

  @Test func everyElementTypeIsRead() throws {
    let cases: [(ElementType, [UInt8], Float)] = [
      (.float64, little((-1.5).bitPattern), -1.5), (.float32, little(Float(2.5).bitPattern), 2.5),
      (.bfloat16, little(UInt16(0x3fc0)), 1.5), (.int64, little(Int64(-7)), -7),
      (.int32, little(Int32(-70_000)), -70_000), (.int16, little(Int16(-300)), -300),
      (.int8, little(Int8(-128)), -128), (.uint64, little(UInt64(1) << 40), 1_099_511_627_776),
      (.uint32, little(UInt32(4_000_000_000)), 4_000_000_000),
      (.uint16, little(UInt16(65535)), 65535),
      (.uint8, [255], 255), (.bool, [3], 1),
    ]
    for (type, bytes, value) in cases {
      let text = "{\"a\":{\(header("[1]", "[0,\(bytes.count)]", dtype: type.rawValue))}}"
      let path = try folder.write(
        little(UInt64(text.utf8.count)) + Array(text.utf8) + bytes, as: "w.safetensors")
      #expect(try openArchive(at: path).tensor("a").values == [value], "\(type)")
    }
  }

  @Test func headersThatLieAreRefused() throws {
    let cases: [(String, Int, String)] = [
      ("{\"a\":{\(header("[2]", "[0,8]"))}}", 4, "'a'"),
      ("{\"a\":{\(header("[3]", "[0,8]"))}}", 8, "does not fill"),
      ("{\"a\":{\(header("[-1]", "[0,8]"))}}", 8, "shape"),
      ("{\"a\":{\(header("[9223372036854775807,9223372036854775807]", "[0,8]"))}}", 8, "shape"),
      ("{\"a\":{\(header("[4611686018427387904]", "[0,0]"))}}", 0, "does not fill"),
      ("{\"a\":{\(header("[2]", "[8,0]"))}}", 8, "outside"),
      ("{\"a\":{\(header("[2]", "[0,8]"))},\"b\":{\(header("[2]", "[4,12]"))}}", 12, "overlaps"),
      ("{\"a\":{\(header("[1]", "[0,4]"))},\"b\":{\(header("[1]", "[8,12]"))}}", 12, "gap"),
      ("{\"a\":{\(header("[1]", "[0,4]"))}}", 5, "after its last tensor"),
      ("{\"a\":{\(header("[1]", "[0,4]"))},\"a\":{\(header("[1]", "[0,4]"))}}", 4, "stands twice"),
      ("{\"a\":{\(header("[1]", "[0,4]", dtype: "F4"))}}", 4, "'F4'"),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "data_offsets"),
      ("{\"a\":{\(header("[1.5]", "[0,4]"))}}", 4, "'a'"),
      ("{\"__metadata__\":{\"a\":1}}", 0, "metadata"),
      ("{\"a\":\(String(repeating: "[", count: 100_000))", 0, "nested"),
      ("[]", 0, "JSON"), ("{\"a\"", 0, "missing"), ("{\"\\ud800\":1}", 0, "surrogate"),
      ("{} x", 0, "after the end"), ("{\"a\":1,}", 0, "key"), ("{'a':1}", 0, "quotes"),
      ("{a:1}", 0, "quotes"), ("{ /* */ }", 0, "key"), ("{\"a\":+1}", 0, "digits"),
      ("{\"a\":.5}", 0, "point"), ("{\"a\":[1,]}", 0, "value"), ("{\"a\":\"\\v\"}", 0, "escape"),
    ]
    for (text, numbers, word) in cases {
      let path = try file(text, numbers: numbers)
      expectFailure(path, word) { try openArchive(at: path) }
    }
    let notText = try folder.write(
      little(UInt64(6)) + [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x7d], as: "w.safetensors")
    expectFailure(notText, "UTF-8") { try openArchive(at: notText) }
  }

  @Test(arguments: [UInt64(1) << 63, .max, 100_000_001, 1000])
  func headerLengthsBeyondTheFileAreRefused(_ length: UInt64) throws {
    let path = try folder.write(little(length) + Array("{}".utf8), as: "w.safetensors")
    expectFailure(path, "header") { try openArchive(at: path) }
  }

  @Test func anyPrefixOfAValidFileIsRefused() throws {
    let path = "\(folder.path)/w.safetensors"
    try SafetensorsWriter.write(
      [("a", Tensor([1, 2, 3], shape: [3])), ("b", Tensor([4], shape: [1]))], to: path)
    let whole = try Array(Data(contentsOf: URL(filePath: path)))
    for count in 0..<whole.count {
      let cut = try folder.write(Array(whole.prefix(count)), as: "cut.safetensors")
      expectFailure(cut) { try openArchive(at: cut) }
    }
  }

  @Test func aFolderWithoutRightsLeavesNothingBehind() throws {
    expectFailure("/nonexistent-folder/w.safetensors") {
      try SafetensorsWriter.write(
        [("a", Tensor([1], shape: [1]))], to: "/nonexistent-folder/w.safetensors")
    }
  }
}
