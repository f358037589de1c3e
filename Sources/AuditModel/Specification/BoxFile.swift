import Basics

/// A box around a finding.
package struct FindingBox: Sendable, Equatable {
  /// Left edge, top edge and size; pixels or fractions of the image.
  package var x: Double
  package var y: Double
  package var width: Double
  package var height: Double
  /// nil belongs to every finding.
  package var finding: String?

  package init(x: Double, y: Double, width: Double, height: Double, finding: String? = nil) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
    self.finding = finding
  }
}

/// Boxes in a file: `[{"x": …, "y": …, "width": …, "height": …, "finding": …}]`.
///
/// A list of such lists holds one layout per image. The longer form `{"boxes": …}` also says
/// `units` (`pixels`, `fractions`), `imageSize` (width and height that pixels count on), `style`
/// (`filled`, `outlined`) and `thickness` (of an outline, as a fraction of the shorter side).
package struct BoxFile: Sendable, Equatable {
  package enum Units: String, Sendable, CaseIterable { case pixels, fractions }
  package enum Style: String, Sendable, CaseIterable { case filled, outlined }

  package static let maximumLayoutCount = 100_000
  package static let maximumBoxCount = 1_000
  package static let keys = ["boxes", "units", "imageSize", "style", "thickness"]

  /// As the user calls it, for messages.
  package var path: String
  /// One list of boxes per image, in ``units``.
  package var layouts: [[FindingBox]]
  package var units: Units
  /// nil: pixels count on the generated image.
  package var imageSize: GeneratorSpecification.ImageSize?
  package var style = Style.filled
  /// Of an outline, as a fraction of the image's shorter side.
  package var thickness = 1.0 / 128

  /// The rule by which boxes become an image, for provenance.
  package var rule: String {
    let shape =
      style == .filled
      ? "filled" : "outlined inside the box, \(thickness) of the shorter side thick"
    let scale = imageSize.map { " of \($0.width) × \($0.height)" } ?? ""
    return "white on black, \(shape); edges rounded to whole pixels; "
      + "units \(units.rawValue)\(scale)"
  }

  /// The layouts of one finding: its own boxes and those that name no finding.
  ///
  /// - Throws: ``AuditFailure`` when a layout has no box for it.
  package func layouts(for finding: String) throws -> [[FindingBox]] {
    try layouts.enumerated().map { index, boxes in
      let own = boxes.filter { $0.finding == nil || $0.finding == finding }
      guard own.isEmpty else { return own }
      let names = Set(boxes.compactMap(\.finding)).sorted()
      let place = layouts.count > 1 ? "list \(index + 1) has" : "there is"
      let nearest = nearestName(to: finding, in: names)
      throw AuditFailure(
        "\(path): \(place) no box for the finding '\(finding)'",
        hint: nearest.map { "did you mean '\($0)'?" }
          ?? "findings there are: \(names.joined(separator: ", "))")
    }
  }

  /// A layout as fractions of an image.
  ///
  /// - Throws: ``AuditFailure`` naming the box that lies outside the image or is thinner than a
  ///   pixel where pixels are counted.
  package func fractions(
    of layout: [FindingBox], on size: GeneratorSpecification.ImageSize
  ) throws -> [FindingBox] {
    let size = imageSize ?? size
    let (across, down) =
      units == .fractions ? (1.0, 1.0) : (Double(size.width), Double(size.height))
    return try layout.enumerated().map { index, box in
      // Detectors write 0.1 + 0.9 = 1.0000000000000002.
      let slack = 1e-9
      guard box.x >= 0, box.y >= 0, box.x + box.width <= across * (1 + slack),
        box.y + box.height <= down * (1 + slack)
      else {
        throw AuditFailure(
          "\(path): box \(index + 1) (x \(box.x), y \(box.y), width \(box.width), height "
            + "\(box.height)) reaches outside the image of "
            + (units == .fractions ? "1 × 1" : "\(size.width) × \(size.height) pixels"),
          hint: units == .fractions
            ? "fractions count from 0 to 1; for pixels write \"units\": \"pixels\""
            : "give the size that the pixels count on as \"imageSize\": [width, height]")
      }
      guard units == .fractions || (box.width >= 1 && box.height >= 1) else {
        throw AuditFailure(
          "\(path): box \(index + 1) is \(box.width) × \(box.height) pixels, less than one",
          hint: "if these are fractions write \"units\": \"fractions\"")
      }
      return FindingBox(
        x: box.x / across, y: box.y / down, width: box.width / across, height: box.height / down,
        finding: box.finding)
    }
  }
}
