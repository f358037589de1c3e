import AuditModel
import Basics
import Foundation
import Testing

@testable import Classifiers

/// A model that never ends: it is stopped after its time, and when the run is interrupted.
@Suite(
  .enabled(
    if: onnxRuntimeIsHere, "ONNX Runtime is absent: run 'make setup' or set AUDIT_ONNXRUNTIME"))
struct OnnxTimeLimitTests {
  /// A mean, then a loop whose condition stays true; README.md says how such models are written.
  private static let endless = """
    CAg6swIKNAoBeBIBbSIKUmVkdWNlTWVhbioPCgRheGVzQAFAAkADoAEHKg8KCGtlZXBkaW1zGAGgAQIKqgEKAAoBdAoBbRI\
    BbCIETG9vcCqWAQoEYm9keTKKAQoRCgFjEgJjbyIISWRlbnRpdHkKDwoBdgoBdhICdm8iA0FkZBIBYloLCgFpEgYKBAgHEg\
    BaCwoBYxIGCgQICRIAWhsKAXYSFgoUCAESEAoCCAEKAggBCgIIAQoCCAFiDAoCY28SBgoECAkSAGIcCgJ2bxIWChQIARIQC\
    gIIAQoCCAEKAggBCgIIAaABBQoPCgFsEgF5IgdGbGF0dGVuEgFnKggQCSoBAUIBdFobCgF4EhYKFAgBEhAKAggBCgIIAQoC\
    CAIKAggCYhMKAXkSDgoMCAESCAoCCAEKAggBQgQKABAN
    """

  private func rehearse(
    seconds: Double, interrupted: @escaping @Sendable () throws -> Void = {}
  ) throws {
    try withTemporaryFolder { folder in
      var onnx = OnnxSpecification(
        path: try TinyModels.write(Self.endless, to: folder), height: 2, width: 2,
        outputs: ["A": 0])
      onnx.timeoutSeconds = seconds
      try OnnxClassifier(
        name: "endless", specification: onnx, findings: ["A"], checkInterrupted: interrupted
      ).rehearse()
    }
  }

  @Test(.timeLimit(.minutes(1))) func anEndlessModelIsStoppedAfterItsTime() {
    #expect {
      try rehearse(seconds: 0.3)
    } throws: { error in
      (error as? AuditFailure)?.message.contains("did not answer within 0.3 seconds") == true
    }
  }

  private struct Interrupted: Error {}

  @Test(.timeLimit(.minutes(1))) func anInterruptionEndsARunInItsMiddle() {
    #expect(throws: Interrupted.self) {
      try rehearse(seconds: 3600) { throw Interrupted() }
    }
  }
}
