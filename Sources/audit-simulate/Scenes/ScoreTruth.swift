import Foundation
import Statistics

/// What is true of a group's scores: those of negatives are 1/(1 + e⁻ᶻ) with z standard normal, those of
/// positives likewise with another mean and spread.
struct ScoreTruth {
  /// Of the positives, on the logit scale.
  var mean: Double
  var spread: Double
  /// Share of images with the finding.
  var prevalence: Double
  /// On the logit scale.
  var threshold: Double

  private static let reach = 9.0
  private static let steps = 2000

  private static func probability(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }

  private static func density(_ z: Double) -> Double {
    exp(-z * z / 2) / (2 * Double.pi).squareRoot()
  }

  /// ∫ φ(z) f(z) dz.
  private static func expectation(_ value: (Double) -> Double) -> Double {
    let width = 2 * reach / Double(steps)
    return (0..<steps).reduce(0) { sum, step in
      let z = -reach + (Double(step) + 0.5) * width
      return sum + width * density(z) * value(z)
    }
  }

  /// ∫ f of a positive's logit, of a negative's.
  private func overPositives(_ value: (Double) -> Double) -> Double {
    Self.expectation { value(mean + spread * $0) }
  }

  var sensitivity: Double { Normal.upperTail((threshold - mean) / spread) }
  var falsePositiveRate: Double { Normal.upperTail(threshold) }

  func predictiveValue(prevalence: Double) -> Double {
    let (found, wrong) = (prevalence * sensitivity, (1 - prevalence) * falsePositiveRate)
    return found / (found + wrong)
  }

  /// ∫ precision d(sensitivity).
  var averagePrecision: Double {
    overPositives { logit in
      let found = prevalence * Normal.upperTail((logit - mean) / spread)
      let wrong = (1 - prevalence) * Normal.upperTail(logit)
      return found + wrong > 0 ? found / (found + wrong) : 1
    }
  }

  /// Mean of (score − label)².
  var brier: Double {
    let missed = overPositives { pow(1 - Self.probability($0), 2) }
    let alarmed = Self.expectation { pow(Self.probability($0), 2) }
    return prevalence * missed + (1 - prevalence) * alarmed
  }

  /// What has to be added to every logit for the scores to have the finding's prevalence as their mean.
  var intercept: Double {
    var (low, high) = (-20.0, 20.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      let expected =
        prevalence * overPositives { Self.probability($0 + middle) }
        + (1 - prevalence) * Self.expectation { Self.probability($0 + middle) }
      if expected > prevalence { high = middle } else { low = middle }
    }
    return (low + high) / 2
  }

  /// The integrals, which many rows of one draw ask for.
  struct Values {
    var averagePrecision: Double
    var brier: Double
    var intercept: Double
  }

  var values: Values {
    Values(averagePrecision: averagePrecision, brier: brier, intercept: intercept)
  }

  /// Share of positives among scores from one logit to another; infinite ones are open ends.
  func share(from low: Double, to high: Double) -> Double {
    func mass(_ mean: Double, _ spread: Double) -> Double {
      Normal.upperTail((low - mean) / spread) - Normal.upperTail((high - mean) / spread)
    }
    let positives = prevalence * mass(mean, spread)
    let all = positives + (1 - prevalence) * mass(0, 1)
    return all > 0 ? positives / all : .nan
  }
}

extension Scene {
  /// `nil` where the scores of a group are not of one kind, or rounded.
  func scores(of group: String, attribute: String) -> ScoreTruth? {
    guard levels == 0, let prevalence = prevalence(of: group, attribute: attribute) else {
      return nil
    }
    let isWhole = attribute == "overall" || attribute == "half"
    // Together the groups are a mixture.
    if isWhole, truth.gap > 0 || firstSpread != 1 { return nil }
    let spread = !isWhole && group.hasPrefix("g0") ? firstSpread : 1
    let area = area(of: group, attribute: isWhole ? "half" : attribute)
    return ScoreTruth(
      mean: shift(area: area, spread: spread), spread: spread, prevalence: prevalence,
      threshold: Normal.quantile(specificity))
  }

  /// Share of images with the finding; `nil` where the draw decides it.
  private func prevalence(of group: String, attribute: String) -> Double? {
    // Halves are drawn: their shares are the group's on average only.
    guard attribute == "group" || attribute == "overall" else { return nil }
    let places: [Int]
    if attribute == "overall" || isPaired {
      places = Array(positives.indices)
    } else {
      guard let place = Int(group.dropFirst()), positives.indices.contains(place) else {
        return nil
      }
      places = [place]
    }
    var (found, all) = (0.0, 0.0)
    for place in places {
      let size = meanImages(of: place)
      // The first image of a positive patient shows it, each further one with a chance of 0.7.
      found += Double(positives[place]) * (1 + Scene.laterImages * (size - 1))
      all += Double(positives[place] + negatives[place]) * size
    }
    return all > 0 ? found / all : nil
  }

  /// Chance of the finding in a further image of a positive patient.
  static let laterImages = 0.7

  /// Images of a patient on average.
  private func meanImages(of group: Int) -> Double {
    switch images {
    case .one: return 1
    case .heavy: return 20.5
    case .heavyFirstGroup: return group == 0 ? 20.5 : 1
    case .archive:
      // Σ P(images > k) of min(60, ⌊exp(½ + z)⌋ + 1).
      return 1 + (1..<60).reduce(0) { $0 + Normal.upperTail(log(Double($1)) - 0.5) }
    }
  }
}
