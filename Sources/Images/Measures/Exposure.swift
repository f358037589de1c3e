/// Why a picture cannot be a radiograph, by its grey values alone.
package enum ExposureFault: String, Sendable {
  /// Hardly any variation: blank or flat.
  case flat
  /// Most pixels at either end of the scale.
  case saturated
}

/// A radiograph uses a range of greys: deviation of at least 10 levels, and at most half of the
/// pixels within 2 levels of either end of the scale.
package func exposureFault(of image: RasterImage) -> ExposureFault? {
  var sum = 0.0
  var squares = 0.0
  var ends = 0
  let gray = image.gray()
  for byte in gray.bytes {
    let value = Double(byte)
    sum += value
    squares += value * value
    if byte <= 2 || byte >= 253 { ends += 1 }
  }
  let count = Double(gray.bytes.count)
  let variance = squares / count - (sum / count) * (sum / count)
  if variance < 100 { return .flat }
  return Double(ends) > count / 2 ? .saturated : nil
}
