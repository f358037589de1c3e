import Basics

/// How a generator is measured against real images: block `measure`.
package struct MeasureSpecification: Sendable, Equatable {
  /// nil: the audit's own cohort.
  package var synthetic: ImageSetSpecification?
  /// nil: the images of `real`.
  package var real: ImageSetSpecification?
  /// What the generator was trained on; nil: copies are not looked for.
  package var training: ImageSetSpecification?
  /// Images of patients that it was not trained on; nil: the real images of other patients.
  package var heldOut: ImageSetSpecification?
  /// Empty: the features of the first ONNX classifier of the reference panel.
  package var encoders: [EncoderSpecification] = []
  /// Models of pictures and texts that say whether images are near their captions.
  package var alignment: [AlignmentSpecification] = []
  /// Classifiers whose scores are compared with labels; empty: the reference panel.
  package var scorers: [ClassifierSpecification] = []
  /// Smallest number of images, real and synthetic, at which a group is measured.
  package var minimumGroup = 20
  /// Most images of a set that distances are taken of; beyond it a random sample of patients.
  package var limit = 1000
  /// Neighbours of precision, recall, density and coverage.
  package var neighbours = 5
  /// Exchanges of patients that make the nulls.
  package var replicates = 100
  package var seed: UInt64 = 1

  package init() {}
}

/// Images of a folder, with what a table says of them.
package struct ImageSetSpecification: Sendable, Equatable {
  package var images: String
  /// nil: every image file of the folder and of those in it, each a patient of its own.
  package var table: String?
  package var format = TableFormat()
  package var imageColumn = "image"
  package var patientColumn: String?
  package var promptColumn: String?
  package var attributes: [AttributeSource] = []
  /// Finding to column of 0 and 1.
  package var labels: [String: String] = [:]
  /// Only rows whose column has this value are read.
  package var filter: [String: String] = [:]

  package init(images: String) { self.images = images }
}

/// A model of pictures and texts: its half for images, and captions that its other half encoded.
package struct AlignmentSpecification: Sendable, Equatable {
  package var encoder: EncoderSpecification
  /// A table with a row per caption.
  package var captions: String

  package init(encoder: EncoderSpecification, captions: String) {
    self.encoder = encoder
    self.captions = captions
  }
}

/// An ONNX model that gives an image as a vector.
package struct EncoderSpecification: Sendable, Equatable {
  package var name: String
  /// Without outputs.
  package var onnx: OnnxSpecification
  /// The tensor of the graph that is the vector; nil: what the last linear layer reads.
  package var output: String?

  package init(name: String, onnx: OnnxSpecification, output: String? = nil) {
    self.name = name
    self.onnx = onnx
    self.output = output
  }

  /// One text per encoder that gives other numbers, its file's contents aside.
  package var canonicalText: String { onnx.canonicalText + " output=\(output ?? "")" }
}
