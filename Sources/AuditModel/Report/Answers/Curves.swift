import Vocabulary

/// The receiver operating characteristic of one group, from (0, 0) to (1, 1).
package struct RatesByThreshold: AnswerContent {
  package var group: String
  /// Ascending; same length as ``truePositiveRates``. May be thinned for drawing.
  package var falsePositiveRates: [Double]
  package var truePositiveRates: [Double]
}

/// The curve of one group of a question.
package typealias ROCCurve = Answer<RatesByThreshold>

extension Answer where Content == RatesByThreshold {
  package init(
    _ question: Question, group: String, falsePositiveRates: [Double], truePositiveRates: [Double]
  ) {
    self.init(
      question,
      RatesByThreshold(
        group: group, falsePositiveRates: falsePositiveRates, truePositiveRates: truePositiveRates))
  }
}

/// How often the finding was present among cases of similar score, for one group.
package struct CalibrationBins: AnswerContent {
  package var group: String
  package var bins: [CalibrationBin]
}

/// The calibration of one group of a question.
package typealias CalibrationCurve = Answer<CalibrationBins>

extension Answer where Content == CalibrationBins {
  package init(_ question: Question, group: String, bins: [CalibrationBin]) {
    self.init(question, CalibrationBins(group: group, bins: bins))
  }
}

/// The cases whose scores lie in one interval.
package struct CalibrationBin: Sendable, Equatable, Codable {
  package var images: Int
  package var meanScore: Double?
  /// Share of images with the finding, with its interval.
  package var observed: IntervalEstimate

  package init(images: Int, meanScore: Double?, observed: IntervalEstimate) {
    self.images = images
    self.meanScore = meanScore
    self.observed = observed
  }
}
