import Basics
import Testing

@Suite struct ParentFolderTests {
  @Test(arguments: [
    ("/a/b", "/a"), ("/a", "/"), ("/", "/"), ("//", "/"), ("", ""), ("x", ""), ("xy", ""),
    ("a/b", "a"), ("a/", ""), ("a/b/", "a"), ("//a", "/"), ("/a//b", "/a"), ("é/ü", "é"), (".", ""),
    ("../x", ".."),
  ])
  func everyPathHasOne(path: String, folder: String) {
    #expect(parentFolder(of: path) == folder)
  }
}
