import Foundation
import Images

/// A small real cohort of pictures whose names carry what a scripted classifier answers.
struct ImageCohort {
  let folder: TemporaryFolder
  let names: [String]

  /// Writes `count` gray pictures of 16 × 16 pixels and their table.
  init(in folder: TemporaryFolder, count: Int = 80) throws {
    self.folder = folder
    var names: [String] = []
    var lines = ["image,patient,sex,y_Effusion"]
    for index in 0..<count {
      let label = index / 2 % 2
      // 100...999, higher on average for positives.
      let score = 100 + (index * 373 + label * 250) % 900
      let name = "i\(score)-\(index).png"
      let bytes = (0..<256).map { UInt8(($0 * 7 + index * 11) % 256) }
      let image = RasterImage(width: 16, height: 16, channels: 1, bytes: bytes)
      try folder.write(try encodePNG(image), to: "images/\(name)")
      lines.append("\(name),\(index),\(index % 2 == 0 ? "F" : "M"),\(label)")
      names.append(name)
    }
    self.names = names
    try folder.write(lines.joined(separator: "\n") + "\n", to: "table.csv")
  }

  /// A spec that audits `classifier` on the pictures.
  static func specification(name: String = "small", classifier: String) -> String {
    """
    {
      schema: "audit-spec/1", name: "\(name)",
      classifiers: [{ name: "scripted", \(classifier) }],
      real: {
        table: "table.csv", images: "images",
        columns: { image: "image", patient: "patient", sex: "sex", labels: { Effusion: "y_Effusion" } },
      },
      analysis: { groups: { sex: ["F", "M"] }, replicates: 200 },
    }
    """
  }

  /// An awk program that answers each line with the score in the picture's name.
  ///
  /// - Parameter extra: Statements run for every line, before the answer.
  func writeClassifier(extra: String = "") throws {
    try folder.write(
      """
      {
        \(extra)
        match($0, /"id": *"[^"]*"/)
        id = substr($0, RSTART, RLENGTH)
        match($0, /i[0-9][0-9][0-9]-/)
        score = substr($0, RSTART + 1, 3)
        print "{" id ", \\"scores\\": {\\"Effusion\\": 0." score "}}"
        fflush()
      }
      """, to: "classify.awk")
  }
}
