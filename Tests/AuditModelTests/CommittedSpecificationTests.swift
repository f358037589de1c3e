import Foundation
import Testing

@testable import AuditModel

@Suite struct CommittedSpecificationTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("audits")

  @Test func everyCommittedSpecReadsWithoutFault() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".json") }.sorted()
    #expect(names.count >= 5)
    for name in names {
      let spec = try loadSpecification(at: Self.folder.appendingPathComponent(name).path)
      #expect(spec.name + ".json" == name, "the report folder is named like the spec")
    }
  }

  @Test func theWorkedExampleOfRetrainingReadsWithoutFault() throws {
    let spec = try loadSpecification(
      at: Self.folder.appendingPathComponent("retraining-loop/audit-before.json").path)
    #expect(spec.rebalance?.strategy == .parity)
    #expect(spec.cohort != nil && spec.real != nil)
  }

  @Test func theHolmSpecDiffersFromItsTwinOnlyInMultiplicity() throws {
    func spec(_ name: String) throws -> AuditSpecification {
      try loadSpecification(at: Self.folder.appendingPathComponent(name).path)
    }
    let alone = try spec("nih-chexnet.json")
    let holm = try spec("nih-chexnet-holm.json")
    #expect(alone.analysis.multiplicity == .none && holm.analysis.multiplicity == .holm)
    var twin = holm.analysis
    twin.multiplicity = .none
    #expect(twin == alone.analysis && holm.real == alone.real)
    #expect(alone.auditedFindings.count == 14)
    #expect(alone.real?.scores["chexnet-zech"]?.count == 14)
  }
}
