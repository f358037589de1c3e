import Glibc

// No file here may have top-level statements, and there must be more than one file: the compiler would
// otherwise make a main of its own, and the program would end before libFuzzer's began.

private let reader: FuzzedReader = {
  let named = getenv("FUZZ_READER").map { String(cString: $0) } ?? ""
  guard let reader = FuzzedReader(rawValue: named) else {
    let known = FuzzedReader.allCases.map(\.rawValue).joined(separator: ", ")
    let message = "FUZZ_READER must be one of \(known); it is '\(named)'\n"
    write(2, message, message.utf8.count)
    exit(2)
  }
  return reader
}()

/// libFuzzer's entry, called for every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  reader.read(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}
