/// The generator behind a synthetic cohort, as its model card describes it.
package struct GeneratorRecord: Sendable, Equatable, Codable {
  package var name: String
  /// SHA-256 of the denoiser's weights.
  package var hash: String?
  /// One or two sentences: what it was trained on and what it draws.
  package var description: String
  /// What the model card says it can express (findings, sexes, ages, races, views).
  package var support: [String] = []
  /// What the model card says it cannot express or was not checked for.
  package var limits: [String] = []

  package init(name: String, hash: String?, description: String) {
    self.name = name
    self.hash = hash
    self.description = description
  }
}

/// The receiver operating characteristic of one group, from (0, 0) to (1, 1).
package struct ROCCurve: Sendable, Equatable, Codable {
  package var classifier: String
  package var cohort: String
  package var finding: String
  package var attribute: String
  package var group: String
  /// Ascending; same length as ``truePositiveRates``. May be thinned for drawing.
  package var falsePositiveRates: [Double]
  package var truePositiveRates: [Double]

  package init(
    classifier: String, cohort: String, finding: String, attribute: String, group: String,
    falsePositiveRates: [Double], truePositiveRates: [Double]
  ) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.attribute = attribute
    self.group = group
    self.falsePositiveRates = falsePositiveRates
    self.truePositiveRates = truePositiveRates
  }
}

/// How often the finding was present among cases of similar score, for one group.
package struct CalibrationCurve: Sendable, Equatable, Codable {
  package var classifier: String
  package var cohort: String
  package var finding: String
  package var attribute: String
  package var group: String
  package var bins: [CalibrationBin]

  package init(
    classifier: String, cohort: String, finding: String, attribute: String, group: String,
    bins: [CalibrationBin]
  ) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.attribute = attribute
    self.group = group
    self.bins = bins
  }
}

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
