import Basics
import Cohorts
import Foundation
import Testing

@Suite struct ImageFileTests {
  private func files(_ names: [String], images: String?) throws -> [String] {
    let rows = names.enumerated().map { "\($1),\($0),\($0 % 2)\n" }.joined()
    let folder = images.map { "\"images\": \"\($0)\", " } ?? ""
    let read = try readRealTable(
      "image,p,y\n" + rows,
      real: folder + "\"columns\": { \"patient\": \"p\", \"labels\": { \"Effusion\": \"y\" } }")
    // Score files and reports know an image by the name that the table has.
    #expect(read.cases.map(\.image) == names)
    return read.cases.map(\.file)
  }

  @Test func absolutePathsCountWhereTheyLieBelowTheImageFolder() throws {
    for images in ["/data/cxr", "/data/cxr/", "/data/./cxr"] {
      #expect(
        try files(["/data/cxr/a/b.png", "/data//cxr/./c.png", "d.png"], images: images)
          == ["a/b.png", "c.png", "d.png"])
    }
    #expect(try files(["/data/a.png"], images: "/") == ["data/a.png"])
  }

  @Test(arguments: ["/data/cxr2/a.png", "/data/cxr/../../etc/passwd", "../a.png", "/data/cxr"])
  func whatLiesOutsideIsRefusedWithTheFolder(name: String) {
    let failure = #expect(throws: AuditFailure.self) { try files([name], images: "/data/cxr") }
    #expect(failure?.message.contains("line 2: the image '\(name)' lies outside") == true)
    #expect(name.hasPrefix("/") == failure?.hint?.contains("'real.images' is /data/cxr"))
  }

  @Test func foldersSeparatedAsOnWindowsAreNamed() {
    let failure = #expect(throws: AuditFailure.self) {
      try files(["images\\\\a.png"], images: "/data/cxr")
    }
    #expect(failure?.message.contains("is written with '\\' between folders") == true)
  }

  @Test func withoutImagesANameIsOnlyAName() throws {
    #expect(try files(["/elsewhere/a.png", "../b.png"], images: nil).count == 2)
  }

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
