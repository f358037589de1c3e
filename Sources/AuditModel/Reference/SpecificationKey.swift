/// One key of a spec as the reference describes it: what documents, schema and editors read.
///
/// The reader's own list of keys and this one are compared by a test, so neither can have a key that the
/// other lacks.
package struct SpecificationKey: Sendable {
  package enum Kind: Sendable, Equatable {
    case text, number, integer, boolean, list, object
    /// One of several kinds, or free in its form; the meaning says which.
    case any
    case choice([String])

    static func choice<Choice: CaseIterable & RawRepresentable>(of _: Choice.Type) -> Kind
    where Choice.RawValue == String {
      .choice(Choice.allCases.map(\.rawValue))
    }

    /// For people: `text`, `one of "a", "b"`.
    package var words: String {
      switch self {
      case .text: "text"
      case .number: "number"
      case .integer: "whole number"
      case .boolean: "true or false"
      case .list: "list"
      case .object: "object"
      case .any: "see meaning"
      case .choice(let names): names.map { "\"\($0)\"" }.joined(separator: ", ")
      }
    }
  }

  /// As in `classifiers[].input.size`; `[]` for the elements of a list, `*` for a name of the user's.
  package var path: String
  package var kind: Kind
  /// `required`, a value, or in words what holds without the key; empty: nothing.
  package var defaultValue: String
  /// JSON5, shortened by `…`.
  package var example: String
  package var meaning: String

  init(_ path: String, _ kind: Kind, default value: String, example: String, _ meaning: String) {
    self.path = path
    self.kind = kind
    defaultValue = value
    self.example = example
    self.meaning = meaning
  }

  package var isRequired: Bool { defaultValue == "required" }

  /// Every key that a spec may have, block by block.
  package static let all =
    top + classifiers + cohort + real + analysis + rebalance + measure
    + synthesize + training
}
