/// What an image file may ask of this machine before it is refused.
package struct ImageLimits: Sendable, Equatable {
  /// Pixels along either side.
  package var side = 16_384
  /// Width × height; 100 million pixels are more than any radiograph has.
  package var pixels = 100_000_000
  package var fileBytes = 512 << 20

  package init() {}
}
