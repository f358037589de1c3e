/// A kind of statement that is made at 95 % each, and holds in so many of them.
enum Alone: Int, CaseIterable, Sendable {
  // Of questions.
  /// Of all pairs of a question together.
  case limits
  /// Likewise within strata.
  case adjusted
  /// Of both error rates and all pairs together.
  case odds
  /// Of all pairs beyond the panel's gaps.
  case panel
  /// Of the gap of a rate or another metric that is told.
  case gapLimits
  /// Of the largest difference of any two groups.
  case range
  /// One-sided, of what the clearest gap has beyond the placebo's.
  case beyondPlacebo
  // Of groups, and of everybody.
  case area
  case precision
  case rates
  case predictive
  /// Predictive value at a declared prevalence.
  case deployment
  case brier
  case intercept
  case slope
  /// Share of positives in a bin of scores.
  case bins
  // Of arms.
  case shifts
  /// Wilcoxon's test that scores do not shift.
  case ranks
  /// McNemar's and Cochran's tests of decisions.
  case flips
  case flipRates
  case netFlips
  case spread
  case placebo
  /// Scores and decisions of a placebo against those of its original.
  case placeboShifts

  /// Kinds that are told in one table.
  enum Subject: CaseIterable {
    case questions, groups, arms

    var title: String {
      switch self {
      case .questions: "Of a question"
      case .groups: "Of a group, or of everybody"
      case .arms: "Of arms and placebos"
      }
    }
  }

  var subject: Subject {
    switch self {
    case .limits, .adjusted, .odds, .panel, .gapLimits, .range, .beyondPlacebo: .questions
    case .area, .precision, .rates, .predictive, .deployment, .brier, .intercept, .slope, .bins:
      .groups
    case .shifts, .ranks, .flips, .flipRates, .netFlips, .spread, .placebo, .placeboShifts: .arms
    }
  }

  var title: String {
    switch self {
    case .limits: "limits of all pairs"
    case .adjusted: "limits within strata"
    case .odds: "equalised odds"
    case .panel: "limits beyond the panel"
    case .gapLimits: "limits of a metric's gap"
    case .range: "range of groups"
    case .beyondPlacebo: "limit beyond the placebo"
    case .area: "AUC"
    case .precision: "average precision"
    case .rates: "error rates"
    case .predictive: "predictive value"
    case .deployment: "the same at a declared prevalence"
    case .brier: "Brier score"
    case .intercept: "calibration in the large"
    case .slope: "calibration slope"
    case .bins: "bins of calibration"
    case .shifts: "score shift"
    case .ranks: "Wilcoxon's test"
    case .flips: "tests of flips"
    case .flipRates: "share of flips"
    case .netFlips: "net flips"
    case .spread: "spread over arms"
    case .placebo: "placebo's gap"
    case .placeboShifts: "placebo's shift and flips"
    }
  }
}
