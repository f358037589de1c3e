/// Where the ages of a real table stand, and which are possible.
package struct AgeRule: Sendable, Hashable {
  package enum Impossible: String, Sendable, CaseIterable {
    case refuse
    case leaveOut = "leave out"
  }
  /// Ages; with ``anchorYearColumn`` those in the year that it names.
  package var column: String?
  /// Years or dates of birth.
  package var birthColumn: String?
  package var anchorYearColumn: String?
  package var studyDateColumn: String?
  /// The largest possible age, in years.
  package var limit = 130.0
  package var impossible = Impossible.refuse

  package init() {}

  package init(column: String) { self.column = column }

  /// Every column that an age is made of; the first stands for it.
  package var columns: [String] {
    [column, birthColumn, anchorYearColumn, studyDateColumn].compactMap { $0 }
  }

  /// For hashes; empty for a column of ages alone.
  package var canonicalText: String {
    guard let column, self == AgeRule(column: column) else {
      return "age \(column ?? "") \(birthColumn ?? "") \(anchorYearColumn ?? "") "
        + "\(studyDateColumn ?? "") \(limit) \(impossible.rawValue)"
    }
    return ""
  }
}
