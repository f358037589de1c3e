import Foundation
import Tensors
import Testing

@testable import Checkpoints

/// Files made to harm: refused with a sentence, never executed, never a crash.
struct HostilePickleTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ bytes: [UInt8], as name: String = "w.pth") throws -> any TensorArchive {
    try openArchive(at: folder.write(bytes, as: name))
  }

  private func call(_ module: String, _ name: String) -> [UInt8] {
    [0x80, 2] + PickleText.global(module, name) + PickleText.text("touch /tmp/owned")
      + [0x85] + Array("R.".utf8)
  }

  @Test(arguments: [
    ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("builtins", "getattr"),
    ("subprocess", "Popen"), ("torch", "load"), ("torch._utils", "_rebuild_sparse_tensor"),
    ("torch", "FloatStorage.__init__"), ("collections", "defaultdict"), ("torch.storage", "_load"),
  ])
  func aNameOutsideTheListIsRefusedByName(_ module: String, _ name: String) throws {
    let pickle = call(module, name)
    expectFailure("'\(module).\(name)'", "nothing was executed") {
      try open(PickleText.zip(pickle))
    }
    expectFailure("'\(module).\(name)'") { try open(pickle) }
    // As the second pickle of the old format, and in the newest pickle version.
    expectFailure("'\(module).\(name)'") {
      try open(
        [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]
          + pickle)
    }
    let short = { (text: String) in [0x8c, UInt8(text.utf8.count)] + Array(text.utf8) }
    let newest = [0x80, 4] + short(module) + short(name) + [0x93, 0x29, 0x52, 0x2e]
    expectFailure("'\(module).\(name)'") { try open(PickleText.zip(newest)) }
    #expect(!FileManager.default.fileExists(atPath: "/tmp/owned"))
  }

  @Test func aPickleOfTheOldestKindIsRefusedByName() throws {
    expectFailure("'posix.system'") {
      try open(Array("cposix\nsystem\np0\n(Vls\ntp1\nRp2\n.".utf8))
    }
  }

  @Test(
    arguments: [
      ("i", "INST"), ("o", "OBJ"), ("P", "PERSID"), ("\u{82}", "EXT1"), ("\u{92}", "NEWOBJ_EX"),
      ("\u{97}", "NEXT_BUFFER"), ("\u{ff}", "0xff"),
    ] as [(Unicode.Scalar, String)])
  func anInstructionThatWeightsDoNotUseIsRefusedByName(_ code: Unicode.Scalar, _ name: String)
    throws
  {
    expectFailure(name, "nothing was executed") {
      try open(PickleText.zip([0x80, 2, UInt8(code.value), 0x0a, 0x2e]))
    }
  }

  @Test func attributesAndCallsOfOtherThingsAreRefused() throws {
    let cases: [[UInt8]] = [
      Array("Nb.".utf8), Array("N)R.".utf8), Array("N(NNtR.".utf8), Array("]Na)R.".utf8),
      PickleText.global("collections", "OrderedDict") + Array("]b.".utf8),
      PickleText.global("collections", "OrderedDict") + Array("NR.".utf8),
      PickleText.global("_codecs", "encode") + PickleText.text("ab") + PickleText.text("rot13")
        + [0x86, 0x52, 0x2e],
      PickleText.global("torch._utils", "_rebuild_parameter") + Array(")R.".utf8),
      Array("(NNNd.".utf8), Array("]N(NNu.".utf8), Array("Q.".utf8), Array("NQ.".utf8),
      Array(".".utf8), Array("(.".utf8), Array("t.".utf8), Array("h\u{5}.".utf8), Array("2.".utf8),
      [0x8a, 255, 1, 0x2e], [0x8b, 255, 255, 255, 255, 0x2e], [0x8d] + little(UInt64.max) + [0x2e],
      [0x80, 9, 0x4e, 0x2e], [0x58, 2, 0, 0, 0, 0xff, 0xff, 0x2e], Array("p-1\n.".utf8),
    ]
    for pickle in cases {
      expectFailure("w.pth") { try open(PickleText.zip(pickle)) }
    }
  }

  @Test func tensorsThatReachOutsideTheirStorageAreRefused() throws {
    let cases: [(count: Int, offset: Int, shape: [Int], strides: [Int])] = [
      (4, 0, [5], [1]), (4, 1, [2, 2], [2, 1]), (4, 0, [2, 2], [3, 1]), (4, -1, [1], [1]),
      (4, 0, [2], [-1]), (4, 0, [2, 2], [1]), (4, 0, [.max, .max], [0, 0]), (4, 0, [1 << 40], [0]),
      (4, .max, [2], [1]), (4, 0, [2], [.max]), (1 << 40, 0, [4], [1]), (-1, 0, [1], [1]),
      (8, 0, [8], [1]), (4, 0, Array(repeating: 1, count: 40), Array(repeating: 1, count: 40)),
    ]
    for (count, offset, shape, strides) in cases {
      let pickle = PickleText.checkpoint(
        count: count, offset: offset, shape: shape, strides: strides)
      let bytes = try PickleText.zip(pickle, storage: [UInt8](repeating: 0, count: 16))
      expectFailure("w.pth") { try open(bytes).tensor("w") }
    }
  }

  @Test func stridesOffsetsAndCompressionAreFollowed() throws {
    let numbers = (0..<6).flatMap { little(Float($0).bitPattern) }
    let pickle = PickleText.checkpoint(count: 6, offset: 1, shape: [2, 2], strides: [1, 2])
    for isDeflated in [false, true] {
      let archive = try open(
        PickleText.zip(pickle, storage: numbers, isDeflated: isDeflated))
      #expect(try archive.tensor("w").values == [1, 3, 2, 4])
      #expect(try archive.rows([1], of: "w").values == [2, 4])
      #expect(throws: (any Error).self) { try archive.rows([2], of: "w") }
    }
    let repeated = PickleText.checkpoint(count: 6, offset: 2, shape: [3, 2], strides: [0, 1])
    #expect(
      try open(PickleText.zip(repeated, storage: numbers)).tensor("w").values == [2, 3, 2, 3, 2, 3])
  }

  @Test func unsupportedNumbersAreNamed() throws {
    let pickle = PickleText.checkpoint(
      count: 1, shape: [1], strides: [1], storage: "ComplexFloatStorage")
    expectFailure("ComplexFloatStorage", "'w'") {
      try open(PickleText.zip(pickle, storage: [UInt8](repeating: 0, count: 8)))
    }
  }

  @Test func deepAndCircularPicklesNeitherOverflowNorLeakIntoTheResult() throws {
    let deep =
      [UInt8](repeating: UInt8(ascii: "]"), count: 300_000)
      + [UInt8](repeating: UInt8(ascii: "a"), count: 299_999) + [0x2e]
    expectFailure("no dictionary") { try open(PickleText.zip(deep)) }
    expectFailure("no dictionary") { try open(PickleText.zip(Array("]q\u{0}h\u{0}a.".utf8))) }
    let marks = [UInt8](repeating: UInt8(ascii: "("), count: 20_000)
    expectFailure("more objects") { try open(PickleText.zip(marks)) }
  }

  @Test func zipsThatLieAreRefused() throws {
    let pickle = PickleText.checkpoint(count: 1, shape: [1], strides: [1])
    typealias Member = ZipBuilder.Member
    let good = Member(name: "m/data.pkl", contents: pickle)
    let cases: [([Member], String)] = [
      ([Member(name: "m/other", contents: [1])], "data.pkl"),
      ([good, good], "twice"),
      ([good, Member(name: "n/data.pkl", contents: pickle)], "data.pkl"),
      ([Member(name: "m/data.pkl", contents: pickle, flags: 1)], "encrypted"),
      ([Member(name: "m/data.pkl", contents: pickle, isDeflated: true, statedCount: 7)], "unpack"),
      (
        [Member(name: "m/data.pkl", contents: pickle, isDeflated: true, statedCount: .max - 1)],
        "size"
      ),
      ([Member(name: "m/data.pkl", contents: pickle, statedCount: 3)], "size"),
      ([good], "missing from the file"),
      ([good, Member(name: "m/byteorder", contents: Array("big".utf8))], "byte order"),
      ([], "list of contents"),
    ]
    for (members, word) in cases {
      expectFailure("w.pth", word) { try open(ZipBuilder(members: members).bytes()) }
    }
  }

  @Test func aZipBombIsRefusedBeforeItUnpacks() throws {
    let zeros = [UInt8](repeating: 0, count: PickleInterpreter.byteLimit + 1)
    expectFailure("longer than") { try open(PickleText.zip(zeros, isDeflated: true)) }
  }

  @Test func aFlippedBitInTheNumbersIsFoundByTheChecksum() throws {
    let numbers = (0..<64).flatMap { little(Float($0).bitPattern) }
    let pickle = PickleText.checkpoint(count: 64, shape: [64], strides: [1])
    for isDeflated in [false, true] {
      let whole = try PickleText.zip(pickle, storage: numbers, isDeflated: isDeflated)
      #expect(try open(whole).tensor("w").values == (0..<64).map(Float.init))
      let member = try #require(
        ZipDirectory(of: MappedFile(path: folder.write(whole, as: "w.pth"))).member("m/data/0"))
      for bit in stride(from: 0, to: member.range.count * 8, by: 13) {
        var damaged = whole
        damaged[member.range.lowerBound + bit / 8] ^= 1 << UInt8(bit % 8)
        expectFailure("w.pth") { try open(damaged).tensor("w") }
        expectFailure("w.pth") { try open(damaged).rows([0], of: "w") }
      }
    }
  }

  @Test func aMemberThatHoldsMoreThanItsStorageIsRefused() throws {
    let pickle = PickleText.checkpoint(count: 4, shape: [4], strides: [1])
    for isDeflated in [false, true] {
      let bytes = try PickleText.zip(
        pickle, storage: [UInt8](repeating: 0, count: 4096), isDeflated: isDeflated)
      expectFailure("4 numbers", "4096 bytes") { try open(bytes).tensor("w") }
    }
  }

  @Test func membersThatTogetherFillMemoryAreRefused() throws {
    // Two of 80 MB that each stay below every other bound.
    let zeros = [UInt8](repeating: 0, count: 80 << 20)
    let members = ["m/data/0", "m/data/1"].map {
      ZipBuilder.Member(name: $0, contents: zeros, isDeflated: true)
    }
    let good = ZipBuilder.Member(
      name: "m/data.pkl", contents: PickleText.checkpoint(count: 1, shape: [1], strides: [1]))
    expectFailure("times the size") { try open(ZipBuilder(members: [good] + members).bytes()) }
  }

  @Test(arguments: ["pickle_zoo.pth", "pickle_zoo_flat_oldfmt.pth"])
  func anyPrefixThrowsAndNeverCrashes(_ file: String) throws {
    let whole = try Array(Data(contentsOf: URL(filePath: "\(CheckpointFixtures.bundled)/\(file)")))
    let path = try folder.write(whole, as: "cut.pth")
    for count in (0..<whole.count).reversed() {
      try #require(truncate(path, count) == 0)
      expectFailure(path) { try openArchive(at: path, checkpointKey: key(file)) }
    }
  }

  @Test(arguments: ["pickle_zoo.pth", "pickle_zoo_flat_oldfmt.pth", "pickle_zoo_ref.safetensors"])
  func flippedBytesThrowOrReadButNeverCrash(_ file: String) throws {
    let whole = try Array(Data(contentsOf: URL(filePath: "\(CheckpointFixtures.bundled)/\(file)")))
    var state: UInt64 = 20_240_617
    func next(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var refused = 0
    for _ in 0..<600 {
      var damaged = whole
      for _ in 0...next(below: 4) {
        damaged[next(below: damaged.count)] = UInt8(next(below: 256))
      }
      let path = try folder.write(damaged, as: file)
      do {
        let archive = try openArchive(at: path, checkpointKey: key(file))
        for name in archive.names { _ = try archive.tensor(name).values.first }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  private func key(_ file: String) -> String? { file == "pickle_zoo.pth" ? "state_dict" : nil }
}
