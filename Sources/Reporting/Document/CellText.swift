extension Cell {
  /// What stands in place of a number that is not defined.
  static let absentWord = "not available"

  /// The cell as plain words, for formats without styling.
  var text: String {
    switch self {
    case .text(let words): words
    case .name(let words, _): words
    case .prose(let prose): prose.plain
    case .code(let words): words
    case .count(let count): NumberText.count(count)
    case .number(let value, let style): NumberText.shown(value, style) ?? Cell.absentWord
    case .interval(let estimate, let lower, let upper, let style):
      NumberText.interval(estimate, lower, upper, style) ?? Cell.absentWord
    case .pair(let first, let second):
      first.isEmpty ? "none" : "\(Words.group(first)) − \(Words.group(second))"
    case .verdict(let verdict): "\(verdict.shape) \(verdict.word)"
    case .answer(let answer, let value, _):
      "\(answer.shape) \(answer.word)" + (NumberText.shown(value, .share).map { " " + $0 } ?? "")
    case .gate(let status): "\(status.shape) \(status.word)"
    case .status(let word, let reason, _): reason.map { "\(word): \($0)" } ?? word
    case .blank: ""
    }
  }

  /// The cell as fields of a file that programs read: values of the contract, ASCII digits, and
  /// nothing where a number is undefined.
  func fields(count: Int, isNumeric: Bool) -> [String] {
    let values: [String] =
      switch self {
      case .name(_, let raw): [raw]
      case .count(let count): [String(count)]
      case .number(let value, let style): [NumberText.written(value, style) ?? ""]
      case .interval(let estimate, let lower, let upper, let style):
        [estimate, lower, upper].map { NumberText.written($0, style) ?? "" }
      case .pair(let first, let second): [first, second]
      case .verdict(let verdict): [verdict.rawValue]
      case .answer(let answer, let value, _):
        [answer.word, NumberText.written(value, .share) ?? ""]
      case .gate(let status): [status.rawValue]
      case .status(let word, let reason, let raw): isNumeric ? [] : [raw ?? word, reason ?? ""]
      case .text, .prose, .code, .blank: [text]
      }
    return Array((values + Array(repeating: "", count: count)).prefix(count))
  }
}
