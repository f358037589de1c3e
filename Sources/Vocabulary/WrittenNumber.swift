import Foundation

/// How numbers stand in sentences and on pages, everywhere alike.
package enum WrittenNumber {
  package static let minus = "\u{2212}"

  /// Thousands separated by commas: 22433 as `22,433`.
  package static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = value < 0 ? minus : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// A fixed number of decimals, with a hyphen for minus, and no sign where only zeros are left.
  ///
  /// What is not finite is `undefined` or `unbounded`.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "undefined" : "unbounded" }
    let text = String(format: "%.\(decimals)f", value)
    let isZero = text.allSatisfy { $0 == "-" || $0 == "0" || $0 == "." }
    return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
  }

  /// As ``fixed(_:_:)``, with a plus before what is above zero.
  package static func signed(_ value: Double, _ decimals: Int) -> String {
    let text = fixed(value, decimals)
    let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
    return value > 0 && value.isFinite && !isZero ? "+" + text : text
  }

  /// The shortest of fixed and scientific with so many significant digits, as C's `%g`.
  package static func significant(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return fixed(value, 0) }
    return String(format: "%.\(digits)g", value)
  }

  /// A digit, so many decimals and a power of ten: `3.2e-05`.
  package static func scientific(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return fixed(value, 0) }
    return String(format: "%.\(decimals)e", value)
  }
}
