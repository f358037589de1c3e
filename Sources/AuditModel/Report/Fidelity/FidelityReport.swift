/// What `audit measure` found: is the generator good enough to judge with? Schema `audit-fidelity/1`.
package struct FidelityReport: Sendable, Equatable, Codable {
  package static let schema = "audit-fidelity/1"
  /// What the space of radiomic features is called beside those of encoders.
  package static let radiomics = "radiomics"

  package var schema = Self.schema
  package var name: String
  package var tool: String
  package var finished: String
  /// Hash of the names and contents of the synthetic images, so that others are told from them.
  package var cohortKey: String
  package var level = 0.95
  package var neighbours: Int
  package var replicates: Int
  package var minimumGroup: Int
  package var seed: UInt64
  package var sets: [ImageSetRecord] = []
  package var encoders: [EncoderRecord] = []
  package var distances: [DistanceRow] = []
  package var diversity: [DiversityRow] = []
  package var facts: [FactRow] = []
  /// nil: no model of pictures and texts was named.
  package var alignment: [AlignmentRow]?
  package var memorisation: [MemorisationRow] = []
  /// What a reader must know of how it was measured.
  package var notes: [String] = []

  package init(
    name: String, tool: String, finished: String, cohortKey: String, neighbours: Int,
    replicates: Int,
    minimumGroup: Int, seed: UInt64
  ) {
    self.name = name
    self.tool = tool
    self.finished = finished
    self.cohortKey = cohortKey
    self.neighbours = neighbours
    self.replicates = replicates
    self.minimumGroup = minimumGroup
    self.seed = seed
  }

  /// Images of one role.
  package struct ImageSetRecord: Sendable, Equatable, Codable {
    package enum Role: String, Sendable, Codable { case synthetic, real, training, heldOut }
    package var role: Role
    package var source: String
    package var images: Int
    /// Patients or base cases; images where nothing says which belong together.
    package var clusters: Int
    package var clusterUnit: String

    package init(role: Role, source: String, images: Int, clusters: Int, clusterUnit: String) {
      self.role = role
      self.source = source
      self.images = images
      self.clusters = clusters
      self.clusterUnit = clusterUnit
    }
  }

  package struct EncoderRecord: Sendable, Equatable, Codable {
    package var name: String
    package var tensor: String
    package var width: Int
    package var hash: String

    package init(name: String, tensor: String, width: Int, hash: String) {
      self.name = name
      self.tensor = tensor
      self.width = width
      self.hash = hash
    }
  }

  /// Distances of a group's synthetic from its real images; attribute and group nil: of all images.
  package struct DistanceRow: Sendable, Equatable, Codable {
    package var encoder: String
    package var attribute: String?
    package var group: String?
    package var values: FidelityValues?
    /// Why there are none.
    package var reason: String?

    package init(encoder: String, attribute: String?, group: String?) {
      self.encoder = encoder
      self.attribute = attribute
      self.group = group
    }
  }

  /// Multi-scale structural similarity of pairs: smaller means more diverse.
  package struct DiversityRow: Sendable, Equatable, Codable {
    package enum Pairs: String, Sendable, Codable { case samePrompt, otherPrompt, realPatients }
    package var pairs: Pairs
    package var attribute: String?
    package var group: String?
    package var pairCount: Int
    /// Prompts, or patients.
    package var clusters: Int
    package var scales: Int
    package var similarity: MeasuredValue?

    package init(pairs: Pairs, pairCount: Int, clusters: Int, scales: Int) {
      self.pairs = pairs
      self.pairCount = pairCount
      self.clusters = clusters
      self.scales = scales
    }
  }

  /// Whether a classifier sees what the prompts asked for; finding nil: all findings together, as the
  /// ChexGen paper counts.
  package struct FactRow: Sendable, Equatable, Codable {
    package var scorer: String
    package var finding: String?
    package var attribute: String?
    package var group: String?
    package var positives: Int
    package var negatives: Int
    /// Pearson's r of score and label.
    package var correlation: MeasuredValue?
    package var auc: MeasuredValue?
    /// The same on real images, where these have the label.
    package var realCorrelation: MeasuredValue?
    package var realAUC: MeasuredValue?

    package init(scorer: String, finding: String?, positives: Int, negatives: Int) {
      self.scorer = scorer
      self.finding = finding
      self.positives = positives
      self.negatives = negatives
    }
  }

  /// How near images are to their own captions, as a model of pictures and texts sees both.
  package struct AlignmentRow: Sendable, Equatable, Codable {
    package var model: String
    package var of: ImageSetRecord.Role
    package var attribute: String?
    package var group: String?
    package var images: Int
    /// Base cases, or patients.
    package var clusters: Int
    /// Different captions that an image's own is looked for among.
    package var captions: Int
    /// Mean cosine of an image and its caption; the null gives base cases the captions of others.
    package var cosine: MeasuredValue?
    /// Share of images whose own caption is the nearest of all; nil with one caption.
    package var retrieval: MeasuredValue?

    package init(
      model: String, of role: ImageSetRecord.Role, images: Int, clusters: Int, captions: Int
    ) {
      self.model = model
      of = role
      self.images = images
      self.clusters = clusters
      self.captions = captions
    }
  }

  /// Synthetic images beside the training images that they are most like.
  package struct MemorisationRow: Sendable, Equatable, Codable {
    /// `pixels`, or an encoder's name.
    package var by: String
    package var trainingImages: Int
    package var heldOutImages: Int
    /// Likeness above which an image is called a copy; nil: too few were held out.
    package var limit: Double?
    package var copies: Int
    /// Of all synthetic images, by attribute and group.
    package var copiesByGroup: [GroupCount] = []
    /// Chance that a synthetic image is nearer to training than a held-out one; 0.5 without memory.
    package var closeness: MeasuredValue?
    package var beyondAllHeldOut: Int
    package var beyondAllP: Double
    /// The most alike pairs.
    package var pairs: [Pair] = []
    package var reason: String?

    package struct Pair: Sendable, Equatable, Codable {
      package var image: String
      package var trainingImage: String
      package var likeness: Double
      package var isCopy: Bool

      package init(image: String, trainingImage: String, likeness: Double, isCopy: Bool) {
        self.image = image
        self.trainingImage = trainingImage
        self.likeness = likeness
        self.isCopy = isCopy
      }
    }

    package struct GroupCount: Sendable, Equatable, Codable {
      package var attribute: String
      package var group: String
      package var images: Int
      package var copies: Int

      package init(attribute: String, group: String, images: Int, copies: Int) {
        self.attribute = attribute
        self.group = group
        self.images = images
        self.copies = copies
      }
    }

    package init(
      by: String, trainingImages: Int, heldOutImages: Int, copies: Int = 0,
      beyondAllHeldOut: Int = 0, beyondAllP: Double = 1
    ) {
      self.by = by
      self.trainingImages = trainingImages
      self.heldOutImages = heldOutImages
      self.copies = copies
      self.beyondAllHeldOut = beyondAllHeldOut
      self.beyondAllP = beyondAllP
    }
  }
}
