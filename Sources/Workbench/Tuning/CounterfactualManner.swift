import AuditModel

/// How arms are guided and read, beside the steps that they share.
struct CounterfactualManner: Sendable, Equatable {
  var guidance: CounterfactualStrength.Guidance?
  var frozenFindingTokens = false

  /// What tuning tries at the trunks that it chose: attributes guided half as much beyond their own prediction,
  /// the finding's tokens read without them, and both.
  ///
  /// - Parameter guidance: Of the generator.
  static func tried(guidance: Double) -> [CounterfactualManner] {
    let frozen = CounterfactualManner(frozenFindingTokens: true)
    guard guidance > 1 else { return [frozen] }
    let weaker = CounterfactualStrength.Guidance(attribute: 1 + (guidance - 1) / 2)
    return [
      frozen, CounterfactualManner(guidance: weaker),
      CounterfactualManner(guidance: weaker, frozenFindingTokens: true),
    ]
  }

  func applied(to strength: CounterfactualStrength) -> CounterfactualStrength {
    CounterfactualStrength(
      trunk: strength.trunk, guidance: guidance, frozenFindingTokens: frozenFindingTokens)
  }

  /// For the folder of its calibration images.
  var folder: String {
    (guidance.map { "-attribute\($0.attribute)" } ?? "") + (frozenFindingTokens ? "-frozen" : "")
  }

  /// For a person; empty where there is nothing beside the trunk.
  var words: String {
    (guidance.map { ", attributes guided by \($0.attribute)" } ?? "")
      + (frozenFindingTokens ? ", finding's tokens frozen" : "")
  }
}

extension CounterfactualStrength {
  var manner: CounterfactualManner {
    CounterfactualManner(guidance: guidance, frozenFindingTokens: frozenFindingTokens)
  }
}

extension StrengthTuning.Point {
  var manner: CounterfactualManner {
    CounterfactualManner(
      guidance: guidance, frozenFindingTokens: frozenFindingTokens ?? false)
  }

  /// What was tried, for a person: `trunk of 8, finding's tokens frozen`.
  package var strengthInWords: String { "trunk of \(trunk)\(manner.words)" }
}

extension StrengthTuning {
  /// What holds for all attributes beside their trunks; nil where nothing does.
  package var mannerInWords: String? {
    let words = strength.manner.words
    return words.isEmpty ? nil : String(words.dropFirst(2))
  }
}
