import Vocabulary

/// What the header of a DICOM file says about a patient's group and how the image was taken.
///
/// Nothing that identifies a person is among them, so no spec can ask for it.
package enum DICOMAttribute: String, Sendable, CaseIterable {
  case sex = "PatientSex"
  /// Such as `058Y`.
  case age = "PatientAge"
  /// Such as `20240131`, of which only the year is kept.
  case studyDate = "StudyDate"
  case view = "ViewPosition"
  case manufacturer = "Manufacturer"
}

/// An attribute that the headers of DICOM files give where the table does not.
package struct HeaderSource: Sendable, Hashable {
  package var attribute: Attribute
  package var element: DICOMAttribute

  package init(_ attribute: Attribute, element: DICOMAttribute) {
    self.attribute = attribute
    self.element = element
  }
}

extension RealCohortSpecification {
  /// Every attribute that columns or headers give, in the order of ``Attribute/precedes(_:_:)``.
  package var givenAttributes: [Attribute] {
    let own = attributes.map(\.attribute)
    let others = imageOptions.headers.map(\.attribute).filter { other in
      !own.contains { $0.name == other.name }
    }
    return (own + others).sorted { Attribute.precedes($0.name, $1.name) }
  }
}

extension SpecificationReader {
  /// `"headers": { "sex": "PatientSex", "scanner": "Manufacturer" }` of `real.images`.
  func readHeaders(_ images: ObjectReader) -> [HeaderSource] {
    guard let headers = images.has("headers") ? images.object("headers") : nil else { return [] }
    if headers.members.isEmpty {
      images.fault("headers", "must not be empty; write such as { \"sex\": \"PatientSex\" }")
    }
    return headers.members.compactMap { member in
      let element = headers.choice(member.name, DICOMAttribute.self)
      var attribute = Attribute.named(member.name)
      if !attribute.isKnown, let problem = Attribute.problem(ofName: member.name) {
        faults.add(
          "\(headers.keyPath): the attribute's name \"\(member.name.shortened(to: 40))\" \(problem)",
          at: member.position)
        return nil
      }
      guard let element else { return nil }
      // An age under another name, such as the age at the first visit, is a number too.
      if element == .age { attribute.kind = .number }
      return HeaderSource(attribute, element: element)
    }.sorted { Attribute.precedes($0.attribute.name, $1.attribute.name) }
  }
}
