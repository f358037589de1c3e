import Testing

@testable import Workbench

/// A cohort that cannot be continued is told by what differs.
@Suite struct GeneratorFingerprintTests {
  private func differences(_ before: String, _ now: String) -> String {
    GeneratorFingerprint(recorded: before).differences(from: GeneratorFingerprint(recorded: now))
  }

  @Test func theEngineIsNamedWhereOnlyItDiffers() {
    let plain = "model.safetensors:ab12\nsampler=ddim\nsteps=20"
    let other = "model.safetensors:ab12\nengine=onnxruntime-cpu 1.20\nsampler=ddim\nsteps=20"
    #expect(
      differences(other, plain)
        == "engine was 'onnxruntime-cpu 1.20' and is not set (built in)")
    #expect(differences(plain, plain) == "")
  }

  @Test func weightsAreNamedByFileAndWhatBecameOfThem() {
    let text = differences(
      "a.pth:11\nb:c.pth:22\nsteps=2", "b:c.pth:23\nd.pth:44\nsteps=3")
    #expect(
      text == "steps was '2' and is '3'; the weight file 'a.pth' is gone; "
        + "the weight file 'b:c.pth' has other content; the weight file 'd.pth' is new")
  }
}
