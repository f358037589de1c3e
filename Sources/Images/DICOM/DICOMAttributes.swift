import AuditModel
import Basics

extension DICOMAttribute {
  /// Where it stands in a header; nothing else of a header leaves this room.
  var tag: DICOMTag {
    switch self {
    case .sex: 0x0010_0040
    case .age: 0x0010_1010
    case .studyDate: 0x0008_0020
    case .view: 0x0018_5101
    case .manufacturer: 0x0008_0070
    }
  }

  /// What of the element may be kept: of a date the year alone.
  func kept(of text: String) -> String? {
    // A header can hold anything; a group's name is short and has no control characters.
    guard !text.isEmpty, text.count <= 64,
      !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
    else { return nil }
    guard self == .studyDate else { return text }
    // Older writers put points between year, month and day.
    let digits = text.prefix(4)
    guard digits.count == 4, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
      text.dropFirst(4).allSatisfy({ $0 == "." || $0 == "-" || ($0.isASCII && $0.isNumber) })
    else { return nil }
    return String(digits)
  }
}

/// The attributes that a DICOM file states, read from its beginning; nil for a file of another kind.
///
/// - Throws: ``AuditFailure`` when the file cannot be opened or its header is damaged.
package func dicomAttributes(of path: String) throws -> [DICOMAttribute: String]? {
  // Headers are some kilobytes; private elements and previews can make them longer.
  for length in [1 << 16, 1 << 22, 1 << 29] {
    let head = try readHead(of: path, length: length)
    guard DICOMFormat.recognises(head[...]) else { return nil }
    do {
      let file = try DICOMFile(head, end: 0x0018_5102)
      var found: [DICOMAttribute: String] = [:]
      for attribute in DICOMAttribute.allCases {
        found[attribute] = file.dataset.texts(attribute.tag).first.flatMap(attribute.kept)
      }
      return found
    } catch let problem as DICOMProblem {
      guard head.count < length || length == 1 << 29 else { continue }
      throw AuditFailure("cannot read the header of \(path): \(problem.words)")
    }
  }
  return nil
}
