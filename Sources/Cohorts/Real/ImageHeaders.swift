import AuditModel
import Basics
import Dispatch
import Foundation
import Images
import Vocabulary

/// Attributes that the headers of DICOM files give where the table has no value.
///
/// Only what ``DICOMAttribute`` names is ever read out of a header.
struct ImageHeaders {
  private let sources: [HeaderSource]
  private let folder: String?
  /// How many images the headers helped, and how many files told nothing.
  private(set) var notes: [String] = []

  /// - Parameter folder: The image folder; nil gives nothing.
  init(_ specification: RealCohortSpecification, folder: String?) {
    sources = specification.imageOptions.headers
    self.folder = folder
  }

  /// Fills the attributes that are not known.
  /// - Returns: What values were taken to mean where they were not taken as they are.
  mutating func fill(_ cases: inout [RealCase]) -> [ValueMapping] {
    guard let folder, !sources.isEmpty else { return [] }
    let wanted = cases.indices.filter { index in
      sources.contains { cases[index].attributes[$0.attribute.name] == nil }
    }
    let headers = Self.headers(of: wanted.map { "\(folder)/\(cases[$0].file)" })
    var given: [String: Int] = [:]
    var mappings = Tally()
    for (index, header) in zip(wanted, headers) {
      for source in sources where cases[index].attributes[source.attribute.name] == nil {
        guard let text = header?[source.element], !Attribute.isMissing(text) else { continue }
        guard let value = mappings.value(of: text, source) else { continue }
        cases[index].attributes[source.attribute.name] = value
        given[source.attribute.name, default: 0] += 1
      }
    }
    let silent = headers.count { $0 == nil }
    let list = sources.map { source in
      "\(source.attribute.name) of \(given[source.attribute.name] ?? 0) (\(source.element.rawValue))"
    }.joined(separator: ", ")
    notes = [
      "Headers of DICOM files gave what the table does not, among \(wanted.count) of "
        + "\(cases.count) images: \(list)."
        + (silent > 0
          ? " \(silent) files have no header that can be read; what it would say is unknown." : "")
    ]
    return mappings.found
  }

  /// Headers cost little but a wait for the disk each: many are read at once.
  private static func headers(of paths: [String]) -> [[DICOMAttribute: String]?] {
    let share = 64
    let slots = Slots(count: paths.count)
    DispatchQueue.concurrentPerform(iterations: (paths.count + share - 1) / share) { part in
      for index in part * share..<min((part + 1) * share, paths.count) {
        slots[index] = (try? dicomAttributes(of: locatedImage(paths[index]))) ?? nil
      }
    }
    return slots.values
  }
}

/// What header values were taken to mean, and on how many images.
private struct Tally {
  private(set) var found: [ValueMapping] = []

  /// The value as attributes have it; nil where it is none.
  mutating func value(of text: String, _ source: HeaderSource) -> String? {
    switch source.element {
    case .sex, .view, .manufacturer: return text
    case .studyDate:
      add(source, value: "dates", meaning: "their years")
      return text
    case .age:
      guard let reading = AgeColumn.reading(of: text, number: Attribute.number),
        (0...AgeRule().limit).contains(reading.years)
      else {
        add(source, value: "impossible ages", meaning: "unknown")
        return nil
      }
      if let meaning = reading.meaning {
        add(source, value: "such as \(text)", meaning: meaning)
      }
      return Attribute.text(reading.years)
    }
  }

  private mutating func add(_ source: HeaderSource, value: String, meaning: String) {
    let subject = source.attribute.name
    if let place = found.firstIndex(where: { $0.subject == subject && $0.meaning == meaning }) {
      found[place].rows += 1
    } else {
      found.append(
        ValueMapping(
          subject: subject, column: "\(source.element.rawValue) of DICOM headers", value: value,
          rows: 1, meaning: meaning))
    }
  }
}

/// One slot per file, each written by one thread.
private final class Slots: @unchecked Sendable {
  // Unchecked: the lock guards the array.
  private let lock = NSLock()
  private var slots: [[DICOMAttribute: String]?]

  init(count: Int) { slots = Array(repeating: nil, count: count) }

  subscript(index: Int) -> [DICOMAttribute: String]? {
    get { lock.withLock { slots[index] } }
    set { lock.withLock { slots[index] = newValue } }
  }

  var values: [[DICOMAttribute: String]?] { lock.withLock { slots } }
}
