import Glibc

// No file here may have top-level statements, and there must be more than one file: the compiler would
// otherwise make a main of its own, and the program would end before libFuzzer's began. The package manager
// links `main` to a function named after the target, which starts libFuzzer.

extension FuzzedReader {
  /// The one that `FUZZ_READER` names.
  static let chosen: FuzzedReader = {
    let named = getenv("FUZZ_READER").map { String(cString: $0) } ?? ""
    guard let reader = FuzzedReader(rawValue: named) else {
      let known = FuzzedReader.allCases.map(\.rawValue).joined(separator: ", ")
      let message = "FUZZ_READER must be one of \(known); it is '\(named)'\n"
      write(2, message, message.utf8.count)
      exit(2)
    }
    return reader
  }()
}

/// libFuzzer's entry, called for every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  FuzzedReader.chosen.read(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The program's entry.
@_cdecl("audit_fuzz_main")
public func startFuzzing(
  _ count: Int32, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  var (count, words) = (count, words)
  return runDriver(&count, &words) { fuzzOneInput($0, $1) }
}
