import Foundation
import Vocabulary

/// How a number is written; HTML, Markdown and CSV all use these rules, so they agree digit for
/// digit. `report.json` keeps full precision.
enum NumberStyle: Sendable, Equatable {
  /// Three decimals: AUCs, rates, limits, standard errors.
  case share
  /// Three decimals with a sign: differences and shifts.
  case difference
  /// Two decimals: z and other test statistics.
  case statistic
  /// Three decimals; below 0.0005 two digits and a power of ten.
  case probability
  /// Four significant digits, for values of unknown size.
  case general
  /// Seconds with one decimal.
  case seconds
}

/// The one place where numbers become text.
enum NumberText {
  static let minus = WrittenNumber.minus

  /// The text for people: a true minus sign; `nil` when the number is undefined.
  static func shown(_ value: Double?, _ style: NumberStyle) -> String? {
    guard let text = written(value, style) else { return nil }
    guard let e = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: e)...]) else {
      return text.replacingOccurrences(of: "-", with: minus)
    }
    let mantissa = text[..<e].replacingOccurrences(of: "-", with: minus)
    return "\(mantissa)\u{00A0}×\u{00A0}10\(superscript(exponent))"
  }

  /// The text for tables that programs read: same digits, ASCII only.
  static func written(_ value: Double?, _ style: NumberStyle) -> String? {
    guard let value, value.isFinite else { return nil }
    switch style {
    case .share: return fixed(value, decimals: 3)
    case .difference:
      let text = fixed(value, decimals: 3)
      return text.hasPrefix("-") || text == "0.000" ? text : "+" + text
    case .statistic: return fixed(value, decimals: 2)
    case .probability:
      // As in the sentences, so that no p value has two faces.
      return value > 0 && value < 0.0001
        ? WrittenNumber.scientific(value, 1)
        : fixed(value, decimals: value > 0 && value < 0.001 ? 4 : 3)
    case .general: return general(value)
    case .seconds: return fixed(value, decimals: 1)
    }
  }

  /// Thousands separated by commas, as in sentences.
  static func count(_ value: Int) -> String { WrittenNumber.count(value) }

  /// `0.853 (0.801 to 0.905)`; only the estimate where there are no limits.
  static func interval(
    _ estimate: Double?, _ lower: Double?, _ upper: Double?, _ style: NumberStyle
  ) -> String? {
    guard let estimate = shown(estimate, style) else { return nil }
    guard let lower = shown(lower, style), let upper = shown(upper, style) else { return estimate }
    return "\(estimate) (\(lower) to \(upper))"
  }

  /// A share as a whole-number or one-decimal percentage, for limits such as 95 %.
  static func percent(_ share: Double) -> String {
    let text = fixed(share * 100, decimals: 1)
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + "\u{00A0}%"
  }

  /// Shortest text of a number that was chosen by a person, such as δ = 0.05.
  static func setting(_ value: Double) -> String {
    let text = "\(value)"
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
      .replacingOccurrences(of: "-", with: minus)
  }

  static func fixed(_ value: Double, decimals: Int) -> String {
    WrittenNumber.fixed(value, decimals)
  }

  private static func superscript(_ exponent: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let text = String(exponent.magnitude).compactMap(\.wholeNumberValue).map { digits[$0] }
    return (exponent < 0 ? "⁻" : "") + String(text)
  }

  private static func general(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e6 { return fixed(value, decimals: 0) }
    return WrittenNumber.significant(value, 4)
  }
}
