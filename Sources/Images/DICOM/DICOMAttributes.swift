import Basics

/// What the header of a DICOM file says about a patient's group and how the image was taken.
///
/// Nothing that identifies a person is among them, and nothing else of a header leaves this room.
package enum DICOMAttribute: String, Sendable, CaseIterable {
  case sex = "PatientSex"
  /// Such as `058Y`.
  case age = "PatientAge"
  /// Such as `20240131`.
  case studyDate = "StudyDate"
  case view = "ViewPosition"
  case manufacturer = "Manufacturer"

  var tag: DICOMTag {
    switch self {
    case .sex: 0x0010_0040
    case .age: 0x0010_1010
    case .studyDate: 0x0008_0020
    case .view: 0x0018_5101
    case .manufacturer: 0x0008_0070
    }
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
        // A header can hold anything; a group's name is short and has no control characters.
        guard let text = file.dataset.texts(attribute.tag).first, !text.isEmpty, text.count <= 64,
          !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
        else { continue }
        found[attribute] = text
      }
      return found
    } catch let problem as DICOMProblem {
      guard head.count < length || length == 1 << 29 else { continue }
      throw AuditFailure("cannot read the header of \(path): \(problem.words)")
    }
  }
  return nil
}
