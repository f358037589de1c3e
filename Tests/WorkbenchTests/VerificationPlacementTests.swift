import AuditModel
import Basics
import Foundation
import Testing

@testable import Workbench

/// Where a verifier's models run is the verifier's word: a provider of ONNX Runtime loads libraries and
/// writes caches at the places that its options name.
@Suite struct VerificationPlacementTests {
  private func specification(_ own: String) throws -> AuditSpecification {
    try loadSpecification(
      from: """
        { "schema": "audit-spec/1", "name": "t",
          "classifiers": [{ "name": "net", "onnx": "m.onnx", "input": { "size": [8, 8] },
            "outputs": { "Effusion": 0 }\(own) }],
          "real": { "table": "t.csv", "images": "i",
            "columns": { "patient": "p", "labels": { "Effusion": "y" } } } }
        """)
  }

  /// What a stranger's classifier becomes where the verifier has this spec, or none.
  private func placed(mine: String?) throws -> OnnxSpecification {
    let folder = NSTemporaryDirectory() + "placement-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try createFolder(at: folder)
    try writeAtomically("model", to: folder + "/m.onnx")
    var sources = VerificationSources()
    sources.specification = try mine.map(specification)
    sources.models = ConfinedFolder(folder)
    let foreign = try specification(
      ", \"provider\": \"openvino\", \"providerOptions\": { \"cache_dir\": \"/home/me\" }")
    let found = try sources.located(try #require(foreign.classifiers.first))
    guard case .onnx(let onnx) = found.source else { throw AuditFailure("it became another kind") }
    #expect(onnx.path == folder + "/m.onnx")
    return onnx
  }

  @Test(arguments: [nil, ""]) func aStrangersProviderIsNotUsed(mine: String?) throws {
    let found = try placed(mine: mine)
    #expect(found.provider == .cpu && found.providerOptions.isEmpty)
  }

  @Test func theVerifiersOwnProviderIs() throws {
    let found = try placed(
      mine: ", \"provider\": \"cuda\", \"providerOptions\": { \"device_id\": \"1\" }")
    #expect(found.provider == .cuda && found.providerOptions == ["device_id": "1"])
  }
}
