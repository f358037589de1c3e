/// The known labels of one case, by finding.
///
/// Cases of one table share the list of findings and differ in a byte for each, because a table may have
/// hundreds of thousands of cases.
package struct CaseLabels: Sendable, ExpressibleByDictionaryLiteral {
  /// Parallel to ``signs``, which may end before.
  private(set) var findings: [String] = []
  /// `1`, `0`, and anything else for unknown.
  private(set) var signs: [UInt8] = []

  static let positive = UInt8(ascii: "1")
  static let negative = UInt8(ascii: "0")
  static let unknown = UInt8(ascii: "-")

  package init() {}

  /// - Parameter labels: Parallel to the findings; nil where a label is unknown.
  package init(findings: [String], _ labels: [Bool?]) {
    self.findings = findings
    signs = labels.map(Self.sign)
  }

  init(findings: [String], signs: [UInt8]) {
    self.findings = findings
    self.signs = signs
  }

  package init(_ labels: [String: Bool]) {
    for (finding, label) in labels.sorted(by: { $0.key < $1.key }) { self[finding] = label }
  }

  package init(dictionaryLiteral elements: (String, Bool)...) {
    for (finding, label) in elements { self[finding] = label }
  }

  private static func sign(_ label: Bool?) -> UInt8 {
    label.map { $0 ? positive : negative } ?? unknown
  }

  fileprivate static func label(_ sign: UInt8) -> Bool? {
    sign == positive ? true : sign == negative ? false : nil
  }

  /// The label of a finding; nil where it is unknown.
  package subscript(finding: String) -> Bool? {
    get {
      guard let place = findings.firstIndex(of: finding), place < signs.count else { return nil }
      return Self.label(signs[place])
    }
    set {
      let place: Int
      if let known = findings.firstIndex(of: finding) {
        place = known
      } else if newValue == nil {
        return
      } else {
        place = findings.count
        findings.append(finding)
      }
      while signs.count <= place { signs.append(Self.unknown) }
      signs[place] = Self.sign(newValue)
    }
  }

  /// Adds the findings whose label is known.
  package func addKnown(to names: inout Set<String>) {
    for (finding, sign) in zip(findings, signs)
    where Self.label(sign) != nil && !names.contains(finding) { names.insert(finding) }
  }

  /// Finding to label, where it is known.
  package var known: [String: Bool] {
    var known: [String: Bool] = [:]
    for (finding, sign) in zip(findings, signs) { known[finding] = Self.label(sign) }
    return known
  }

  package var isEmpty: Bool { !signs.contains { Self.label($0) != nil } }
}

extension CaseLabels: Equatable {
  package static func == (left: CaseLabels, right: CaseLabels) -> Bool {
    (left.findings == right.findings && left.signs == right.signs) || left.known == right.known
  }
}

extension CaseLabels: CustomReflectable {
  /// What the labels say, whatever findings are listed without one.
  package var customMirror: Mirror { Mirror(reflecting: known) }
}

/// Reads the labels of one finding from many cases, without looking for its name in each.
package struct LabelReading {
  private let finding: String
  private var findings: [String] = []
  private var place: Int?

  package init(of finding: String) { self.finding = finding }

  /// The label that a case has of the finding; nil where it is unknown.
  package mutating func label(in labels: CaseLabels) -> Bool? {
    // Cases of one table share one list, which is then compared by its address.
    if labels.findings != findings {
      findings = labels.findings
      place = findings.firstIndex(of: finding)
    }
    guard let place, place < labels.signs.count else { return nil }
    return CaseLabels.label(labels.signs[place])
  }
}
