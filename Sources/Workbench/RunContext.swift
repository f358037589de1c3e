import Basics
import Cohorts
import Foundation
import Images
import Tensors

/// How far a stage has come; the caller decides how to show it.
package struct StageProgress: Sendable, Equatable {
  /// `generating`, `scoring`, …
  package var stage: String
  /// Finished units, counting those of earlier runs.
  package var done: Double
  package var total: Double
  /// Units finished before this process started, so that a rate counts only its own work.
  package var doneBefore: Double
  /// `images`, `scores`, …
  package var unit: String
  /// What is being worked on, for example a classifier's name.
  package var detail: String?

  package init(
    stage: String, done: Double, total: Double, doneBefore: Double = 0, unit: String,
    detail: String? = nil
  ) {
    self.stage = stage
    self.done = done
    self.total = total
    self.doneBefore = doneBefore
    self.unit = unit
    self.detail = detail
  }
}

/// What use cases need of the world: a place to tell progress, a way to be stopped, a clock.
package struct RunContext: Sendable {
  package var report: @Sendable (StageProgress) -> Void
  /// A sentence that belongs on the terminal now (a resumed run, a re-rendered image).
  package var note: @Sendable (String) -> Void
  package var isInterrupted: @Sendable () -> Bool
  package var now: @Sendable () -> Date
  /// Images drawn together; they do not depend on it.
  package var batchSize = 8
  /// Tensors are computed on the calling thread alone.
  package var isOnOneCore = false
  /// The share of the images that is drawn; nil draws all.
  package var shard: Shard?
  /// Report folder that a share starts from; nil starts from nothing.
  package var origin: String?
  /// Folders of the same audit whose images are taken instead of drawn.
  package var imageFolders: [String] = []

  package init(
    report: @escaping @Sendable (StageProgress) -> Void = { _ in },
    note: @escaping @Sendable (String) -> Void = { _ in },
    isInterrupted: @escaping @Sendable () -> Bool = { false },
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.report = report
    self.note = note
    self.isInterrupted = isInterrupted
    self.now = now
  }

  /// - Throws: ``AuditFailure`` of kind `interrupted` once the user asked to stop.
  package func checkInterrupted() throws {
    guard !isInterrupted() else {
      throw AuditFailure(
        "interrupted; everything finished so far is kept",
        hint: "run the same command again to continue", kind: .interrupted)
    }
  }

  /// Renders on as many cores as the user allows.
  func rendering(
    by generator: any RadiographGenerator, _ jobs: [RenderJob], step: (Int, Int) throws -> Void
  ) throws -> [RasterImage] {
    try Parallelism.$isSerial.withValue(isOnOneCore) { try generator.render(jobs, step: step) }
  }

  /// The present moment as ISO 8601 in UTC.
  var timestamp: String {
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime]
    return formatter.string(from: now())
  }
}
