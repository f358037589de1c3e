import Foundation

/// Why a program would not start, and what to do about it.
package struct ProgramFault: Error, Equatable, Sendable {
  /// Without a full stop.
  package var sentence: String
  package var remedy: String
}

/// Looks at a program without running it: it exists, is a regular file that this user may execute, is
/// made for this machine, and its first line, if it is a script, names an interpreter that exists.
///
/// - Parameters:
///   - name: A path, relative to `directory`, or a word that is looked up in `PATH`.
///   - directory: Where the program will be started; absolute.
///   - path: `PATH`.
package func checkProgram(
  _ name: String, directory: String,
  path: String = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
) throws(ProgramFault) {
  guard name.contains("/") else {
    let places = path.split(separator: ":").map { "\($0)/\(name)" }
    guard let place = places.first(where: { access($0, X_OK) == 0 && isRegular($0) }) else {
      throw ProgramFault(
        sentence: "there is no program '\(name)' in the folders of PATH",
        remedy: isRegular("\(directory)/\(name)")
          ? "the spec's folder has a file of that name: write './\(name)'"
          : "install it, or give its path in 'command'")
    }
    return try checkFile(place)
  }
  let file = name.hasPrefix("/") ? name : "\(directory)/\(name)"
  guard access(file, F_OK) == 0 else {
    throw ProgramFault(
      sentence: "there is no program '\(name)' (\(file))",
      remedy: "a command is started in the spec's folder; correct its 'command'")
  }
  guard isRegular(file) else {
    throw ProgramFault(
      sentence: "'\(file)' is not a regular file, so it is no program",
      remedy: "name the program itself in 'command'")
  }
  guard access(file, X_OK) == 0 else {
    throw ProgramFault(
      sentence: "the program '\(file)' is not executable",
      remedy: remedy(forPlainFile: file, name: name))
  }
  try checkFile(file)
}

private func remedy(forPlainFile file: String, name: String) -> String {
  let interpreters = ["py": "python3", "sh": "sh", "r": "Rscript", "jl": "julia"]
  let ending = (file as NSString).pathExtension.lowercased()
  guard let interpreter = interpreters[ending] else { return "run 'chmod +x \(file)'" }
  return "run 'chmod +x \(file)', or write \"command\": [\"\(interpreter)\", \"\(name)\", …]"
}

private func isRegular(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

/// The first bytes decide what the kernel would do with the file.
private func checkFile(_ file: String) throws(ProgramFault) {
  let handle = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  // A program may be executable and not readable; then nothing can be said before it runs.
  guard handle >= 0 else { return }
  defer { close(handle) }
  var bytes = [UInt8](repeating: 0, count: 256)
  let count = read(handle, &bytes, bytes.count)
  guard count > 0 else {
    throw ProgramFault(sentence: "the program '\(file)' is empty", remedy: "restore the file")
  }
  bytes.removeLast(bytes.count - count)
  if bytes.starts(with: Array("\u{FEFF}#!".utf8)) {
    throw ProgramFault(
      sentence: "the script '\(file)' begins with a byte order mark, so its first line is not seen",
      remedy: "save it as UTF-8 without a byte order mark")
  }
  if bytes.starts(with: Array("#!".utf8)) {
    try checkFirstLine(bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }, file: file)
  } else if bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]), bytes.count >= 20 {
    #if arch(x86_64)
      let (own, word) = (UInt8(62), "x86-64")
    #else
      let (own, word) = (UInt8(183), "arm64")
    #endif
    // e_machine at byte 18, little-endian.
    if bytes[18] != own, bytes[5] == 1 {
      throw ProgramFault(
        sentence: "the program '\(file)' was built for another kind of processor than this \(word)",
        remedy: "build or install it for this machine")
    }
  }
}

private func checkFirstLine(_ line: ArraySlice<UInt8>, file: String) throws(ProgramFault) {
  let text = String(decoding: line, as: UTF8.self)
  if text.hasSuffix("\r") {
    throw ProgramFault(
      sentence:
        "the script '\(file)' has Windows line ends, so Linux looks for an interpreter whose "
        + "name ends in a carriage return",
      remedy: "convert it: sed -i 's/\\r$//' '\(file)'")
  }
  let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
  guard let interpreter = words.first else {
    throw ProgramFault(
      sentence: "the first line of the script '\(file)' names no interpreter",
      remedy: "begin it with a line such as #!/usr/bin/env python3")
  }
  guard access(interpreter, X_OK) == 0 else {
    throw ProgramFault(
      sentence:
        "the script '\(file)' asks for the interpreter '\(interpreter)', which is not there",
      remedy: "correct its first line, for example to #!/usr/bin/env python3, or install it")
  }
  guard interpreter.hasSuffix("/env"), words.count > 1 else { return }
  let named = words.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("=") }
  guard let named, !named.contains("/") else { return }
  let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
  guard path.split(separator: ":").contains(where: { access("\($0)/\(named)", X_OK) == 0 }) else {
    throw ProgramFault(
      sentence: "the script '\(file)' asks for '\(named)', which is in no folder of PATH",
      remedy: "install it, or name another interpreter in the first line")
  }
}
