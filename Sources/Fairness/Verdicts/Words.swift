import Foundation
import Vocabulary

/// Numbers and names as they stand in sentences.
enum Words {
  static func count(_ count: Int, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// 22433 as `22,433`.
  static func grouped(_ value: Int) -> String { WrittenNumber.count(value) }

  /// `Female*75` of an intersection as `Female, 75`.
  static func group(_ name: String) -> String { name.replacing("*", with: ", ") }

  /// Three decimals, as AUCs are quoted.
  static func area(_ value: Double) -> String { fixed(value, 3) }

  /// Three decimals with a typographic minus.
  static func signedArea(_ value: Double) -> String {
    value < 0 ? "−" + area(-value) : area(value)
  }

  static func fixed(_ value: Double, _ digits: Int) -> String {
    WrittenNumber.fixed(value, digits)
  }

  /// Two numbers with as many decimals as it takes to see that they differ, at least `digits`.
  static func distinct(_ left: Double, _ right: Double, digits: Int) -> (String, String) {
    for count in digits..<15 where left != right {
      let texts = (fixed(left, count), fixed(right, count))
      if texts.0 != texts.1 { return texts }
    }
    return (fixed(left, digits), fixed(right, digits))
  }

  /// `p = 0.025`, `p < 0.0001`.
  static func p(_ value: Double) -> String {
    if value < 0.0001 { return "p < 0.0001" }
    return "p = " + fixed(value, value < 0.001 ? 4 : 3)
  }

  static func percent(_ level: Double) -> String {
    let value = level * 100
    return value == value.rounded() ? "\(Int(value)) %" : fixed(value, 1) + " %"
  }

  static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }
}
