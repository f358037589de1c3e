import AuditModel
import Basics
import Foundation

/// The report as strict JSON: keys sorted, numbers as short as they can be and still read back
/// as the same value.
///
/// - Throws: ``AuditFailure`` naming the field when a number is not finite, which JSON cannot hold.
package func encodeReportJSON(_ report: AuditReport) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  do {
    return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
  } catch EncodingError.invalidValue(_, let context) {
    throw AuditFailure(
      "report.json: '\(JSONPlace.text(context.codingPath))' is not a finite number",
      hint: "an undefined number has to be left out and explained, please report this")
  }
}

/// The largest `report.json` that is read, in bytes: an audit of 252 questions writes some twenty megabytes.
/// Memory follows the number of values, see ``checkValueCount(ofJSON:path:limit:)``.
package let reportFileLimit = 128 << 20

/// Reads a `report.json`.
///
/// - Throws: ``AuditFailure`` with the key where the text is not JSON, lacks a key, has a value of
///   another type, or is of another schema version; with the limit where it has too many values.
package func decodeReportJSON(_ text: String) throws -> AuditReport {
  try checkValueCount(ofJSON: text.utf8, path: "report.json")
  let report: AuditReport
  do {
    report = try JSONDecoder().decode(AuditReport.self, from: Data(text.utf8))
  } catch DecodingError.keyNotFound(let key, let context) {
    throw AuditFailure(
      "report.json: '\(JSONPlace.text(context.codingPath + [key]))' is missing",
      hint: "is this a report of schema \(AuditReport.currentSchema)?")
  } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
    throw AuditFailure(
      "report.json: '\(JSONPlace.text(context.codingPath))' has a value of the wrong type",
      hint: "is this a report of schema \(AuditReport.currentSchema)?")
  } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
    throw AuditFailure(
      "report.json: '\(JSONPlace.text(context.codingPath))' has a value that is not known",
      hint: "is this a report of schema \(AuditReport.currentSchema)?")
  } catch {
    throw AuditFailure("report.json: this is not valid JSON", hint: "run 'audit report' again")
  }
  guard report.schema == AuditReport.currentSchema else {
    throw AuditFailure(
      "report.json: schema is '\(report.schema)', expected '\(AuditReport.currentSchema)'",
      hint: "use the version of audit that wrote the report")
  }
  return report
}

/// The published JSON Schema of `report.json`.
///
/// - Throws: ``AuditFailure`` when the program's resources are missing.
package func reportJSONSchema() throws -> String {
  guard let url = Bundle.module.url(forResource: "report.schema", withExtension: "json"),
    let data = try? Data(contentsOf: url)
  else {
    throw AuditFailure(
      "report.schema.json is missing among the program's resources", hint: "install audit again")
  }
  return String(decoding: data, as: UTF8.self)
}

private enum JSONPlace {
  /// `subgroups[3].auc`.
  static func text(_ path: [any CodingKey]) -> String {
    path.reduce("") { text, key in
      if let index = key.intValue { return text + "[\(index)]" }
      return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
    }
  }
}
