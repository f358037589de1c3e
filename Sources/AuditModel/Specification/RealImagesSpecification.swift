/// How the images of a real cohort are found and read: `real.images` of the spec.
package struct RealImagesSpecification: Sendable, Equatable {
  package enum Unreadable: String, Sendable, CaseIterable {
    /// An image that cannot be read ends the audit.
    case refuse
    /// It is left out, and counted by group in the report.
    case leaveOut = "leave out"
  }

  /// What the values of a DICOM file are shown through.
  package enum Window: Sendable, Equatable {
    /// The file's first look-up table or window; all stored bits where there is none.
    case file
    /// The file's window of this number, 0 the first.
    case index(Int)
    /// The file's window that explains itself with this text.
    case named(String)
    /// This centre and width, in the units after the modality's rescaling.
    case values(center: Double, width: Double)
    /// From the smallest to the largest value of each image.
    case stretch
    /// All stored bits, whatever windows the file has.
    case wholeRange
  }

  /// Path below the folder, with the table's columns in braces: `{study}/{image}.dcm`. nil: the
  /// image column as it is.
  package var pattern: String?
  package var unreadable: Unreadable = .refuse
  /// Bits that 16-bit files use where they do not say so themselves.
  package var bits: Int?
  package var window: Window = .file
  /// Attributes that headers of DICOM files give where the table does not.
  package var headers: [HeaderSource] = []

  package init() {}

  /// What decides about pixels, as one text: the same text, the same pixels.
  package var readingText: String {
    let window: String =
      switch self.window {
      case .file: ""
      case .index(let index): " window \(index)"
      case .named(let name): " window \"\(name)\""
      case .values(let center, let width): " window \(center) \(width)"
      case .stretch: " stretched"
      case .wholeRange: " whole range"
      }
    return (bits.map { " \($0) bits" } ?? "") + window
  }
}
