/// Refuses a JSON text with more values than a decoder may be given: each takes it up to a hundred and fifty
/// bytes of memory, however short it is written.
///
/// - Parameter path: The file's name as the user knows it.
/// - Throws: ``AuditFailure`` with the limit.
package func checkValueCount(
  ofJSON bytes: some Sequence<UInt8>, path: String, limit: Int = jsonValueLimit
) throws {
  var count = 1
  var isInString = false
  var isEscaped = false
  for byte in bytes {
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
    } else if byte == UInt8(ascii: "\"") {
      isInString = true
    } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
      count += 1
    }
  }
  guard count <= limit else {
    throw AuditFailure("\(path): it has some \(count) values; at most \(limit) are read")
  }
}

/// Values of one JSON file, at most: reports have one in thirty-two bytes, headers of weights one in twelve.
package let jsonValueLimit = 4_000_000
