import Basics

/// The faults found while one spec is read, in the order found.
///
/// A class so that nested readers add to the same list; it never leaves the reading function.
final class FaultList {
  struct Fault: Equatable {
    var position: SourcePosition
    var sentence: String
  }

  /// Faults shown in one message.
  static let shownCount = 5

  let path: String
  private(set) var faults: [Fault] = []
  /// Every key that the reader would have taken in the objects it met, by path.
  private(set) var knownKeys: Set<String> = []

  init(path: String) { self.path = path }

  func add(_ sentence: String, at position: SourcePosition) {
    let fault = Fault(position: position, sentence: sentence)
    if !faults.contains(fault) { faults.append(fault) }
  }

  /// Notes what an object may hold; places in lists do not count.
  func note(known keys: [String], in keyPath: String) {
    let place = keyPath.replacing(/\[[0-9]+\]/, with: "[]")
    for key in keys { knownKeys.insert(place.isEmpty ? key : "\(place).\(key)") }
  }

  /// - Throws: One ``AuditFailure`` with the first faults by line, each on a line of its own.
  func throwIfAny() throws {
    guard !faults.isEmpty else { return }
    let sorted = faults.enumerated().sorted {
      ($0.element.position.line, $0.offset) < ($1.element.position.line, $1.offset)
    }
    let lines = sorted.prefix(Self.shownCount).map {
      "\(path):\($0.element.position.line): \($0.element.sentence)"
    }
    let rest = faults.count - lines.count
    throw AuditFailure(
      lines.joined(separator: "\n"),
      hint: rest > 0 ? "\(rest) more faults in this file are shown once these are mended" : nil)
  }
}
