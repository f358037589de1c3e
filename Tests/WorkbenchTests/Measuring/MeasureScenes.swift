import Basics
import Foundation
import Images
import Randomness

/// A folder with real, training and synthetic pictures, for measuring.
///
/// Pictures are a body like all others and waves of a patient's own; synthetic ones have a weave
/// as strong as `shift` says.
struct MeasureScene {
  let root: String
  static let models =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .path + "/audits/quickstart/models"

  static let side = 128

  init() throws {
    root = NSTemporaryDirectory() + "audit-measure-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: root) }

  static func picture(
    patient: Int, film: Int = 0, shift: Double = 0, moved: Int = 0, blurred: Bool = false
  ) -> RasterImage {
    var stream = RandomStream(seed: 5, path: ["patient", "\(patient)"])
    var own = RandomStream(seed: 5, path: ["film", "\(patient)", "\(film)"])
    let waves = (0..<6).map { _ in
      (
        fx: Double(stream.integer(below: 5)), fy: Double(stream.integer(below: 5)),
        phase: 6.3 * stream.uniform() + 0.3 * own.normal(), size: 0.09 * stream.normal()
      )
    }
    func level(_ x: Double, _ y: Double) -> Double {
      waves.reduce(
        0.45 + shift * sin(90 * x) * sin(70 * y) + 0.3 * sin(3.1 * x) * sin(2.5 * y)
      ) { sum, wave in
        sum + wave.size * cos(6.2832 * (wave.fx * x + wave.fy * y) + wave.phase)
      }
    }
    let bytes = (0..<side * side).map { place -> UInt8 in
      let x = Double(place % side + moved) / Double(side)
      let y = Double(place / side) / Double(side)
      let step = 2.5 / Double(side)
      let value =
        blurred
        ? (level(x - step, y) + level(x + step, y) + level(x, y - step) + level(x, y + step)) / 4
        : level(x, y)
      return UInt8(min(max(value * 255, 0), 255))
    }
    return RasterImage(width: side, height: side, channels: 1, bytes: bytes)
  }

  /// Writes pictures and a table of them.
  func write(
    _ role: String,
    _ rows: [(name: String, patient: Int, sex: String, label: Int, image: RasterImage)]
  ) throws {
    try createFolder(at: root + "/" + role)
    var lines = ["image,patient,sex,y,prompt"]
    for row in rows {
      try writePNG(row.image, to: "\(root)/\(role)/\(row.name)")
      lines.append(
        "\(row.name),\(row.patient),\(row.sex),\(row.label),\(row.label == 1 ? "Effusion." : "Clear.")"
      )
    }
    try writeAtomically(lines.joined(separator: "\n") + "\n", to: "\(root)/\(role).csv")
  }

  /// Two films of each patient, every other patient a man.
  func writeRole(_ role: String, patients: Range<Int>, shift: Double = 0) throws {
    try write(
      role,
      patients.flatMap { patient in
        (0..<2).map { film in
          (
            "\(patient)-\(film).png", patient, patient % 2 == 0 ? "F" : "M", (patient / 2) % 2,
            Self.picture(patient: patient, film: film, shift: shift)
          )
        }
      })
  }

  func specification(_ more: String = "") throws -> String {
    func set(_ role: String) -> String {
      """
      "\(role)": { "images": "\(role)", "table": "\(role).csv", "columns": { "patient": "patient",
        "sex": "sex", "prompt": "prompt", "labels": { "Effusion": "y" } } }
      """
    }
    let input = "\"input\": { \"size\": [128, 128], \"mean\": [0.5], \"std\": [0.25] }"
    let text = """
      { "schema": "audit-spec/1", "name": "m",
        "measure": { \(set("synthetic")), \(set("real")), \(set("training")), \(set("heldOut")),
          "encoders": [{ "name": "reference", "onnx": "\(Self.models)/reference.onnx", \(input),
            "output": "features" }],
          "scorers": [{ "name": "reference", "onnx": "\(Self.models)/reference.onnx", \(input),
            "outputs": { "Effusion": 1 } }],
          "minimumGroup": 20, "replicates": 20\(more) } }
      """
    let path = root + "/m.json"
    try writeAtomically(text, to: path)
    return path
  }
}
