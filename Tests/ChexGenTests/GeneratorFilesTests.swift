import Foundation
import Testing

@testable import ChexGen

struct GeneratorFilesTests {
  /// `audit sample --dit final.pth` in the folder of the weights looks for their card there, not below "/".
  @Test func whatLiesBesideABareNameIsFound() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: ".").sorted().filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: name, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    try #require(files.count > 1, "the tests run in a folder of two files, such as the package's")
    #expect(GeneratorFiles.firstFile(beside: files[0], ["no such file", files[1]]) == files[1])
    #expect(GeneratorFiles.firstFile(beside: "./" + files[0], [files[1]]) == "./" + files[1])
    #expect(GeneratorFiles.firstFile(beside: "no such file", [files[1]]) == nil)
  }
}
