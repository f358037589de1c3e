import AuditModel
import Basics
import Checkpoints
import ChexGen
import Classifiers
import Images
import Reporting
import Tables

/// A reader of files from outside, fed with whatever libFuzzer invents.
///
/// An error is what a reader owes to a broken file; a trap, a sanitizer's complaint, a hang or memory
/// beyond the limit that libFuzzer was given is a finding.
enum FuzzedReader: String, CaseIterable {
  case csv, spec, boxes, report, png, image, weights, tokenizer, onnx
  #if FUZZES_STORES
    case store
  #endif

  /// Whether its inputs are JSON, which is then changed by its members and not only by its bytes.
  var readsJSON: Bool { ["spec", "boxes", "report", "store"].contains(rawValue) }

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
      case .report:
        // What verifying does with a foreign report: every page, table and file that it gives.
        let report = try decodeReportJSON(String(decoding: bytes, as: UTF8.self))
        _ = try ReportWriter(
          report: report, folder: "/nonexistent", singleFile: bytes.count & 1 == 0
        ).contents()
      #if FUZZES_STORES
        case .store:
          try StoreScene.shared.read(try JSON5Reader.value(of: bytes, path: "fuzzed.json"))
      #endif
      case .png:
        _ = try? decodePNGText(bytes, name: "fuzzed.png")
        _ = try? decodeImage(bytes, name: "fuzzed.png")
        let path = try Scratch.file(holding: bytes)
        _ = try? imageSize(at: path)
        _ = try? readMask(at: path)
        let image = try decodePNG(bytes, name: "fuzzed.png")
        let again = try decodePNG(encodePNG(image, text: [("Title", "x")]), name: "again.png")
        precondition(again == image, "what is written is read as it was")
      case .image: _ = try decodeImage(bytes, name: "fuzzed")
      case .weights:
        let archive = try openArchive(at: try Scratch.file(holding: bytes))
        for name in archive.names.prefix(3) { _ = try archive.tensor(name) }
      case .onnx:
        let path = try Scratch.file(holding: bytes)
        _ = try? externalDataFiles(ofOnnxModel: path)
        _ = try lastOperators(ofOnnxModel: path)
      case .tokenizer:
        let tokenizer = try SentencePieceTokenizer(contentsOf: try Scratch.file(holding: bytes))
        _ = tokenizer.ids(for: "pleural effusion")
      }
    } catch {}
  }
}
