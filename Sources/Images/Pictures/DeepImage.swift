/// A picture of more than 8 bits, gray or colour, `[height, width, channels]` row by row.
package struct DeepImage: Sendable, Equatable {
  /// Pixels.
  package let width: Int
  /// Pixels.
  package let height: Int
  /// 1 (gray) or 3 (red, green, blue).
  package let channels: Int
  /// `height * width * channels` values from 0 (black) to ``white``, channels interleaved.
  package var samples: [UInt16]
  /// The value that means white: 4095 for 12 bits.
  package let white: UInt16
  /// Shares of white, parallel to ``samples``, where a window made values that 16 bits would round:
  /// a sensitive classifier answers to that in its fourth decimal.
  package let shares: [Float]?

  /// - Precondition: `channels` is 1 or 3, `samples` has exactly the count that follows, none above
  ///   `white`, `white` is above 0, and `shares` has the same count.
  package init(
    width: Int, height: Int, channels: Int, samples: [UInt16], white: UInt16,
    shares: [Float]? = nil
  ) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    precondition(channels == 1 || channels == 3, "an image has 1 or 3 channels")
    precondition(samples.count == width * height * channels, "samples do not fill the image")
    precondition(white > 0, "white is brighter than black")
    precondition(shares.map { $0.count == samples.count } ?? true, "shares do not fill the image")
    self.shares = shares
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
    self.white = white
  }

  /// The picture in 8 bits, rounded to the nearest level.
  package var levels: RasterImage {
    let top = UInt32(white)
    return RasterImage(
      width: width, height: height, channels: channels,
      bytes: samples.map { UInt8(min(255, (UInt32($0) * 255 + top / 2) / top)) })
  }

  /// The same samples with another white; none may be above it.
  package func withWhite(_ white: UInt16) -> DeepImage {
    DeepImage(width: width, height: height, channels: channels, samples: samples, white: white)
  }
}

/// A picture as its file holds it.
package enum Picture: Sendable, Equatable {
  case levels(RasterImage)
  case deep(DeepImage)

  /// Pixels.
  package var width: Int {
    switch self {
    case .levels(let image): image.width
    case .deep(let image): image.width
    }
  }

  /// Pixels.
  package var height: Int {
    switch self {
    case .levels(let image): image.height
    case .deep(let image): image.height
    }
  }

  /// 1 or 3.
  package var channels: Int {
    switch self {
    case .levels(let image): image.channels
    case .deep(let image): image.channels
    }
  }

  /// In 8 bits: for thumbnails, fingerprints and everything else that a person or a hash looks at.
  package var raster: RasterImage {
    switch self {
    case .levels(let image): image
    case .deep(let image): image.levels
    }
  }
}
