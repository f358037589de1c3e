import AuditModel
import Foundation

/// A small real cohort with scores, the same on every machine.
///
/// 120 patients with two images each, women and men alternating, ages from 20 to 79. Scores of
/// "Effusion" tell cases apart equally well in both sexes; those of "Mass" only among men.
struct ScoredCohort {
  struct Row: Equatable {
    var image: String
    var patient: String
    var sex: String
    var age: Int
    var labels: [String: Int]
    var scores: [String: String]
  }

  static let findings = ["Effusion", "Mass"]
  var rows: [Row] = []

  init() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// SplitMix64, uniform in 0..<1.
    func uniform() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }
    for patient in 0..<120 {
      let sex = patient % 2 == 0 ? "F" : "M"
      let age = 20 + patient % 60
      for image in 0..<2 {
        var row = Row(
          image: "p\(patient)-\(image).png", patient: "\(patient)", sex: sex, age: age,
          labels: [:], scores: [:])
        for finding in Self.findings {
          let label = uniform() < 0.4 ? 1 : 0
          let isBlind = finding == "Mass" && sex == "F"
          let signal = isBlind ? 0 : 0.3 * Double(label)
          row.labels[finding] = label
          row.scores[finding] = "\((0.7 * uniform() + signal))"
        }
        rows.append(row)
      }
    }
  }

  /// CSV with the scores as further columns.
  var table: String {
    let header = "image,patient,sex,age,y_Effusion,y_Mass,p_Effusion,p_Mass"
    let lines = rows.map { row in
      let labels = Self.findings.map { "\(row.labels[$0] ?? 0)" }
      let scores = Self.findings.map { row.scores[$0] ?? "" }
      return ([row.image, row.patient, row.sex, "\(row.age)"] + labels + scores)
        .joined(separator: ",")
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }

  /// A score file of its own.
  var scoreFile: String {
    let lines = rows.map { row in
      ([row.image] + Self.findings.map { row.scores[$0] ?? "" }).joined(separator: ",")
    }
    return (["image,Effusion,Mass"] + lines).joined(separator: "\n") + "\n"
  }

  /// A spec that judges `classifiers` on this cohort.
  static func specification(
    name: String = "small", classifiers: String = "{ name: 'published' }",
    scores: String =
      "scores: { published: { Effusion: 'p_Effusion', Mass: 'p_Mass' } },",
    images: String = "", policy: String = "", analysis: String = ""
  ) -> String {
    """
    {
      schema: "audit-spec/1", name: "\(name)",
      classifiers: [\(classifiers)],
      real: {
        table: "table.csv", \(images)
        columns: {
          image: "image", patient: "patient", sex: "sex", age: "age",
          \(scores)
          labels: { Effusion: "y_Effusion", Mass: "y_Mass" },
        },
      },
      analysis: {
        groups: { sex: ["F", "M"], age: { edges: [20, 50] } }, \(analysis)
        cluster: "patient", replicates: 200,
      },
      \(policy)
    }
    """
  }

  /// Share of pairs in which the positive scores higher, ties one half: the definition of the AUC.
  func areaUnderROC(_ finding: String, where isIncluded: (Row) -> Bool = { _ in true }) -> Double {
    let included = rows.filter(isIncluded)
    func scores(_ label: Int) -> [Double] {
      included.filter { $0.labels[finding] == label }
        .compactMap { $0.scores[finding].flatMap(Double.init) }
    }
    let positives = scores(1)
    let negatives = scores(0)
    var sum = 0.0
    for positive in positives {
      for negative in negatives {
        sum += positive > negative ? 1 : positive == negative ? 0.5 : 0
      }
    }
    return sum / Double(positives.count * negatives.count)
  }
}

extension TemporaryFolder {
  func report(_ name: String) throws -> AuditReport {
    let data = try Data(contentsOf: URL(fileURLWithPath: file("reports/\(name)/report.json")))
    return try JSONDecoder().decode(AuditReport.self, from: data)
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: file(name))), as: UTF8.self)
  }
}
