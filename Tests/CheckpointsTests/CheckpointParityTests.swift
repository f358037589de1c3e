import Foundation
import Tensors
import Testing

@testable import Basics
@testable import Checkpoints

/// Every reference checkpoint against the same tensors in the plain format.
struct CheckpointParityTests {
  /// Bit patterns, so that a NaN equals itself and -0 does not equal 0.
  private func differences(_ archive: any TensorArchive, _ reference: any TensorArchive) throws
    -> [String]
  {
    try Set(archive.names).union(reference.names).sorted().filter { name in
      guard archive.contains(name), reference.contains(name) else { return true }
      let tensor = try archive.tensor(name)
      let expected = try reference.tensor(name)
      return tensor.shape != expected.shape
        || tensor.values.map(\.bitPattern) != expected.values.map(\.bitPattern)
    }
  }

  @Test(
    .enabled(
      if: CheckpointFixtures.haveCheckpoints,
      "fixtures: no .pth beside its description; 'make test-reference DATA=folder' runs this test"))
  func everyCheckpointHoldsItsReferenceTensors() throws {
    let folder = try CheckpointFixtures.locate()
    for (checkpoint, weights) in try CheckpointFixtures.checkpoints(in: folder) {
      let reference = try openArchive(at: "\(folder)/\(weights)")
      let path = "\(folder)/\(checkpoint)"
      let averaged = try openArchive(at: path)
      #expect(try differences(averaged, reference) == [])
      let raw = try openArchive(at: path, checkpointKey: "state_dict")
      #expect(Set(raw.names) == Set(reference.names))
      #expect(raw.names.allSatisfy { !$0.hasPrefix("module.") })
      #expect(try !differences(raw, reference).isEmpty, "raw and averaged weights differ")
      expectFailure("state_dict_ema", "weights") {
        try openArchive(at: path, checkpointKey: "weights")
      }
      print(
        "CheckpointParityTests: \(checkpoint): \(reference.names.count) tensors equal in \(folder)")
    }
  }

  @Test(arguments: ["pickle_zoo.pth", "pickle_zoo_flat_oldfmt.pth"])
  func everyKindOfTensorIsReadInBothFormats(_ file: String) throws {
    let folder = CheckpointFixtures.bundled
    let tree = try readPickle(at: "\(folder)/\(file)")
    let key = tree.view["state_dict"] == nil ? nil : "state_dict"
    let archive = try openArchive(at: "\(folder)/\(file)", checkpointKey: key)
    let reference = try openArchive(at: "\(folder)/pickle_zoo_ref.safetensors")
    #expect(!archive.names.isEmpty)
    let missing = reference.names.filter { !archive.contains($0) }
    if key != nil { #expect(missing == []) }
    #expect(try differences(archive, reference).filter { !missing.contains($0) } == [])
    print("CheckpointParityTests: \(file): \(archive.names.count) tensors equal in \(folder)")
  }

  @Test func everythingBesideTheTensorsIsReadAsData() throws {
    let folder = CheckpointFixtures.bundled
    let expected = try #require(try JSON5Reader.value(ofFile: "\(folder)/pickle_zoo.json")["misc"])
    let misc = try #require(try readPickle(at: "\(folder)/pickle_zoo.pth").view["misc"])
    expectEqual(misc, expected, at: "misc")
  }

  /// The pickle of a checkpoint, without the numbers of its tensors.
  private func readPickle(at path: String) throws -> PickleTree {
    let file = try MappedFile(path: path)
    return try CheckpointFormat(of: file) == .torchZip
      ? TorchReader.readZip(file).0 : TorchReader.readLegacy(file).0
  }

  /// The sidecar writes tuples and sets as arrays and bytes as text.
  private func expectEqual(_ view: PickleView, _ json: JSONValue, at place: String) {
    switch json.content {
    case .null: #expect(view.value == .none, "\(place)")
    case .boolean(let flag): #expect(view.bool == flag, "\(place)")
    case .number(let text):
      if let number = Int(text) {
        #expect(view.integer == number, "\(place)")
      } else {
        #expect(view.float == Double(text), "\(place)")
      }
    case .string(let text):
      #expect(view.string == text || view.bytes == Array(text.utf8), "\(place)")
    case .array(let elements):
      let values = view.elements ?? []
      #expect(values.count == elements.count, "\(place)")
      for (index, pair) in zip(values, elements).enumerated() {
        expectEqual(pair.0, pair.1, at: "\(place)[\(index)]")
      }
    case .object(let members):
      #expect(view.keys == members.map(\.name), "\(place)")
      for member in members {
        guard let value = view[member.name] else { continue }
        expectEqual(value, member.value, at: "\(place).\(member.name)")
      }
    }
  }
}
