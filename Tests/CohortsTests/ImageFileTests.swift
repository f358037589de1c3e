import Basics
import Cohorts
import Foundation
import Testing

@Suite struct ImageFileTests {
  @Test func aNameWithoutItsExtensionFindsTheFile() throws {
    let folder = NSTemporaryDirectory() + "names-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["a.png", "b.DCM", "c", "c.png", "d.png", "d.jpg", "1.2.3.dcm"] {
      try Data().write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    func found(_ name: String) throws -> String {
      String(try locatedImage(folder + "/" + name).dropFirst(folder.count + 1))
    }
    #expect(try found("a") == "a.png" && found("a.png") == "a.png" && found("b") == "b.DCM")
    #expect(try found("c") == "c")
    // The dots of an identifier are no extension.
    #expect(try found("1.2.3") == "1.2.3.dcm")
    #expect(try found("absent") == "absent" && found("absent.png") == "absent.png")
    let two = #expect(throws: AuditFailure.self) { try found("d") }
    #expect(two?.message.contains("d.png' or '") == true)
  }
}
