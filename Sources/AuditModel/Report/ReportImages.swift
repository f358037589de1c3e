/// How the image files of a cohort were read, by classifier.
package struct ImageReadingSummary: Sendable, Equatable, Codable {
  /// One thing about reading, and how many images it concerns.
  package struct Fact: Sendable, Equatable, Codable {
    /// Stable name, such as `jpeg`, `turned` or `bits:12`.
    package var code: String
    package var images: Int
    /// `80 of 160 images are JPEG files.`
    package var sentence: String
    package init(code: String, images: Int, sentence: String) {
      self.code = code
      self.images = images
      self.sentence = sentence
    }
  }

  /// Images of one group that could not be read, and were left out as the spec asks.
  package struct LeftOut: Sendable, Equatable, Codable {
    package var attribute: String
    package var group: String
    package var images: Int
    package init(attribute: String, group: String, images: Int) {
      self.attribute = attribute
      self.group = group
      self.images = images
    }
  }

  package var classifier: String
  package var cohort: String
  /// Images that were opened.
  package var images: Int
  package var facts: [Fact] = []
  package var leftOut = 0
  package var leftOutByGroup: [LeftOut] = []
  /// The first files that could not be read, each with the reason.
  package var leftOutExamples: [String] = []

  package init(classifier: String, cohort: String, images: Int) {
    self.classifier = classifier
    self.cohort = cohort
    self.images = images
  }
}
