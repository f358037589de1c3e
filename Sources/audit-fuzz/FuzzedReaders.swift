import AuditModel
import Basics
import Checkpoints
import ChexGen
import Images
import Reporting
import Tables

#if canImport(Glibc)
  import Glibc
#endif

/// A reader of files from outside, fed with whatever libFuzzer invents.
///
/// An error is what a reader owes to a broken file; a trap, a sanitizer's complaint, a hang or memory
/// beyond the limit that libFuzzer was given is a finding.
enum FuzzedReader: String, CaseIterable {
  case csv, spec, boxes, report, png, image, weights, tokenizer

  /// Reads the bytes and forgets what came of it.
  func read(_ bytes: [UInt8]) {
    do {
      switch self {
      case .csv:
        let table = try Table(bytes: bytes, path: "fuzzed.csv")
        for name in table.header.prefix(3) where !name.isEmpty {
          _ = try table.column(name)
          _ = try? table.doubles(name)
        }
      case .spec: _ = try loadSpecification(from: String(decoding: bytes, as: UTF8.self))
      case .boxes: _ = try loadBoxes(from: bytes, path: "fuzzed.json")
      case .report: _ = try decodeReportJSON(String(decoding: bytes, as: UTF8.self))
      case .png: _ = try decodePNG(bytes, name: "fuzzed.png")
      case .image: _ = try decodeImage(bytes, name: "fuzzed")
      case .weights:
        let archive = try openArchive(at: try Scratch.file(holding: bytes))
        for name in archive.names.prefix(3) { _ = try archive.tensor(name) }
      case .tokenizer:
        let tokenizer = try SentencePieceTokenizer(contentsOf: try Scratch.file(holding: bytes))
        _ = tokenizer.ids(for: "pleural effusion")
      }
    } catch {}
  }
}

/// A file in memory, for readers that map theirs.
private enum Scratch {
  static let descriptor = memfd_create("fuzzed", 0)

  static func file(holding bytes: [UInt8]) throws -> String {
    ftruncate(descriptor, 0)
    pwrite(descriptor, bytes, bytes.count, 0)
    return "/proc/self/fd/\(descriptor)"
  }
}

private let reader: FuzzedReader = {
  let named = getenv("FUZZ_READER").map { String(cString: $0) } ?? ""
  guard let reader = FuzzedReader(rawValue: named) else {
    let known = FuzzedReader.allCases.map(\.rawValue).joined(separator: ", ")
    fputs("FUZZ_READER must be one of \(known); it is '\(named)'\n", stderr)
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
