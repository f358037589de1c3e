import AuditModel
import Basics
import Images

/// One image to be scored.
package struct ImageCase: Sendable, Equatable {
  package var id: String
  /// Absolute path of the image file; empty where only scores exist.
  package var path: String
  package var reading: ImageReadingOptions
  /// A file that cannot be read is answered with "not scored" instead of ending the scoring.
  package var leavesOutUnreadable: Bool

  package init(
    id: String, path: String, reading: ImageReadingOptions = ImageReadingOptions(),
    leavesOutUnreadable: Bool = false
  ) {
    self.id = id
    self.path = path
    self.reading = reading
    self.leavesOutUnreadable = leavesOutUnreadable
  }
}

/// What a classifier answered for one image.
package struct ImageScore: Sendable, Equatable {
  package var id: String
  /// Finding to score, for every finding of the classifier; `nil` is "not scored".
  package var scores: [String: Double?]
  /// How the classifier read the image; nil where it was not this program that read it.
  package var reading: ImageReadingRecord?

  package init(id: String, scores: [String: Double?], reading: ImageReadingRecord? = nil) {
    self.id = id
    self.scores = scores
    self.reading = reading
  }
}

/// How one image file was read, or why it could not be.
package struct ImageReadingRecord: Sendable, Equatable {
  package var facts: [ImageFact]
  /// One sentence; nil for an image that was read.
  package var problem: String?

  package init(facts: [ImageFact], problem: String? = nil) {
    self.facts = facts
    self.problem = problem
  }
}

/// Something that gives every image a score per finding.
package protocol Classifier: Sendable {
  var name: String { get }
  /// The audited findings that this classifier answers, in the audit's order.
  var findings: [String] { get }
  /// What the report says about it.
  var record: ClassifierRecord { get }
  /// What the provenance says about whatever runs it, such as a library's version, by key.
  var provenance: [String: String] { get }

  /// Answers about a blank image and forgets it, where that needs no image of the audit.
  /// - Throws: ``AuditFailure`` when the answer has the wrong shape.
  func rehearse() throws

  /// Scores every case once.
  ///
  /// - Parameters:
  ///   - cases: With distinct ids. An image's score does not depend on the others or on their order,
  ///     so a run may be continued with those that are left.
  ///   - deliver: Receives scores as they arrive, each case at most once, from one thread at a time.
  ///     What was delivered before a failure is good and may be kept.
  /// - Throws: ``AuditFailure`` naming the case, and whatever `deliver` throws.
  func score(_ cases: [ImageCase], deliver: ([ImageScore]) throws -> Void) throws
}

extension Classifier {
  package var provenance: [String: String] { [:] }
  package func rehearse() throws {}
}

/// The classifier that a spec describes, opened and checked.
///
/// - Parameters:
///   - specification: From the spec's `classifiers` or `referencePanel`.
///   - directory: The spec's folder; commands are started there.
///   - findings: The findings that are audited.
///   - logFile: Where a command's stderr is kept; nil means a file in the temporary folder.
///   - checkInterrupted: Called while a classifier is waited for; what it throws ends the waiting.
/// - Throws: ``AuditFailure`` when the model, library, table or a finding is missing or does not fit.
package func makeClassifier(
  _ specification: ClassifierSpecification, directory: String, findings: [String],
  logFile: String? = nil, checkInterrupted: @escaping @Sendable () throws -> Void = {}
) throws -> any Classifier {
  guard let kind = specification.kind as? any OpenableClassifierKind else {
    throw AuditFailure(
      "classifier '\(specification.name)' has scores in the real table only and cannot score images",
      hint: "give it 'onnx', 'command' or 'scores' to audit it on other images")
  }
  return try kind.open(
    specification,
    in: ClassifierPlace(
      directory: directory, findings: findings, logFile: logFile,
      checkInterrupted: checkInterrupted))
}

/// Where a classifier is opened and what it is asked; see
/// ``makeClassifier(_:directory:findings:logFile:checkInterrupted:)``.
struct ClassifierPlace: Sendable {
  var directory: String
  var findings: [String]
  /// Of the real cohort, where they are known before anything is scored.
  var images: [ImageCase] = []
  var logFile: String?
  var checkInterrupted: @Sendable () throws -> Void = {}

  /// A path of the spec, which is relative to the spec's folder.
  func resolve(_ path: String) -> String { path.hasPrefix("/") ? path : directory + "/" + path }
}

/// A kind that answers by itself, rather than by columns of the real table.
protocol OpenableClassifierKind: ClassifierKind {
  /// The classifier, opened and checked.
  func open(_ specification: ClassifierSpecification, in place: ClassifierPlace) throws
    -> any Classifier

  /// What would keep it from answering; see ``classifierFaults(_:directory:findings:)``.
  func faults(of specification: ClassifierSpecification, in place: ClassifierPlace) throws
    -> [AuditFailure]
}
