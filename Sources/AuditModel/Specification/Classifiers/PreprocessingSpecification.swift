/// What happens to a picture before its values become a model's input, beyond size and range.
package struct PreprocessingSpecification: Sendable, Equatable {
  /// How a picture of another shape becomes one of the input's size.
  package enum Fit: String, Sendable, CaseIterable {
    /// Both sides are resized, whatever the shape.
    case stretch
    /// The shorter side is resized (to `shortestSide`, else to the input), then the centre is cut out.
    case resizeThenCrop
    /// The central part of the input's shape is cut out, then resized.
    case cropThenResize
    /// Black borders make it the input's shape, then it is resized.
    case padThenResize
  }

  package var fit: Fit = .stretch
  /// Of the resized picture before the centre is cut out, in pixels.
  package var shortestSide: Int?
  /// Rows and columns at the edges are cut off while no pixel in them is brighter than this share of
  /// white.
  package var contentThreshold: Double?
  /// Black becomes white.
  package var isInverted = false
  /// Levels are spread so that all are equally frequent, as OpenCV's `equalizeHist` does on 8 bits.
  package var isEqualized = false
  /// Each image's values less their mean, by their standard deviation, instead of `mean` and `std`.
  package var isStandardized = false

  package init() {}

  static let keys = [
    "fit", "shortestSide", "cropToContent", "invert", "equalize", "standardize",
  ]

  /// One text per different treatment; empty for none.
  package var canonicalText: String {
    self == PreprocessingSpecification() ? "" : " \(summaryParts.joined(separator: " "))"
  }

  /// The steps in words, in the order in which they happen.
  package var summaryParts: [String] {
    var parts: [String] = []
    if let contentThreshold {
      parts.append("edges darker than \(contentThreshold) of white cut off")
    }
    if isInverted { parts.append("inverted") }
    if isEqualized { parts.append("histogram equalised on 8 bits") }
    switch fit {
    case .stretch: break
    case .resizeThenCrop:
      parts.append(
        "shorter side resized" + (shortestSide.map { " to \($0)" } ?? "") + ", centre cut out")
    case .cropThenResize: parts.append("centre cut out, then resized")
    case .padThenResize: parts.append("padded with black, then resized")
    }
    if isStandardized { parts.append("each image standardised") }
    return parts
  }

  /// Reads these keys of a classifier's `input`.
  init(_ input: ObjectReader, height: Int, width: Int) {
    fit = input.choice("fit", Fit.self) ?? fit
    shortestSide = input.integer("shortestSide", in: 1...8192)
    if let side = shortestSide {
      if fit != .resizeThenCrop {
        input.fault("shortestSide", "belongs to \"fit\": \"resizeThenCrop\"; add that or remove it")
      } else if side < min(height, width) {
        input.fault("shortestSide", "must not be below the input's own size")
      }
    }
    contentThreshold = input.number("cropToContent", "from 0 to below 1") { $0 >= 0 && $0 < 1 }
    isInverted = input.flag("invert") ?? false
    isEqualized = input.flag("equalize") ?? false
    if input.has("standardize") {
      enum Scope: String, CaseIterable { case image }
      isStandardized = input.choice("standardize", Scope.self) != nil
      for key in ["mean", "std"] where input.has(key) {
        input.fault(key, "and \"standardize\" exclude each other; keep one")
      }
    }
  }
}
