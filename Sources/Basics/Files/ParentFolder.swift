/// The folder of a path: `/a/b` gives `/a`, `/a` and `/` give `/`, `a/b/` gives `a`, and a bare name or
/// nothing gives the empty text.
///
/// Foundation's `deletingLastPathComponent` ends the process for a name of one character, and a stranger's
/// store may hold one.
package func parentFolder(of path: String) -> String {
  let slash = UInt8(ascii: "/")
  var rest = Substring(path).utf8
  while rest.last == slash { rest = rest.dropLast() }
  guard let cut = rest.lastIndex(of: slash) else {
    return rest.isEmpty && !path.isEmpty ? "/" : ""
  }
  rest = rest[..<cut]
  while rest.last == slash { rest = rest.dropLast() }
  return rest.isEmpty ? "/" : String(Substring(rest))
}
