import Basics
import Checkpoints
import Vocabulary
import Foundation

extension AttributeCaption {
  /// Reads `"caption": { "attributes": [{ "name": "sex", "text": "sex:{value}" }, …], "separator": ", ",
  /// "end": ". " }`.
  ///
  /// - Throws: ``AuditFailure`` that names the file and the fault.
  init(_ document: JSONValue, path: String) throws {
    let reader = CardReader(path: path)
    var forms: [Form] = []
    for (index, element) in (document["attributes"]?.elements ?? []).enumerated() {
      let place = "\(path): \"caption.attributes[\(index)]\""
      guard let name = try reader.text(element, "name") else {
        throw AuditFailure("\(place) has no \"name\"")
      }
      if let problem = Attribute.problem(ofName: name) {
        throw AuditFailure("\(place): the name '\(name.shortened(to: 40))' \(problem)")
      }
      guard !forms.contains(where: { $0.attribute == name }) else {
        throw AuditFailure("\(place): '\(name)' is there twice")
      }
      let text = try reader.text(element, "text") ?? "\(name):{value}"
      let parts = text.components(separatedBy: "{value}")
      guard parts.count == 2, !parts[0].isEmpty else {
        throw AuditFailure(
          "\(place): the text '\(text.shortened(to: 40))' must hold {value} once, after other words",
          hint: "for example \"\(name):{value}\"")
      }
      let decimals = element["decimals"]?.int ?? (Attribute.named(name).kind == .number ? 1 : 0)
      guard (0...6).contains(decimals) else {
        throw AuditFailure("\(place): \"decimals\" is not a whole number from 0 to 6")
      }
      forms.append(Form(attribute: name, text: text, decimals: decimals))
    }
    self.init(forms: forms)
    separator = try reader.text(document, "separator") ?? separator
    end = try reader.text(document, "end") ?? end
    guard !separator.isEmpty, !end.isEmpty else {
      throw AuditFailure("\(path): \"caption.separator\" and \"caption.end\" must not be empty")
    }
  }
}
