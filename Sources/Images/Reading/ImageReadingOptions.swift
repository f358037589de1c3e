import AuditModel

/// How image files are read where the file leaves a choice.
package struct ImageReadingOptions: Sendable, Equatable {
  package var limits = ImageLimits()
  /// Bits that 16-bit files use where they do not say so themselves.
  package var bits: Int?
  package var window: RealImagesSpecification.Window = .file

  package init() {}

  /// What the spec of a real cohort says about reading.
  package init(_ specification: RealImagesSpecification) {
    bits = specification.bits
    window = specification.window
  }
}
