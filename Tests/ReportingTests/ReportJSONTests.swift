import AuditModel
import Basics
import Foundation
import Testing

@testable import Reporting

@Suite struct ReportJSONTests {
  @Test(arguments: NamedReport.allCases)
  func writingAndReadingIsTheIdentity(_ sample: NamedReport) throws {
    let report = sample.report
    #expect(try decodeReportJSON(try encodeReportJSON(report)) == report)
  }

  @Test func theTextIsTheSameEveryTime() throws {
    // Dictionaries come in another order in every process and copy; sorted keys hide that.
    var other = SampleReports.quickstart
    other.provenance.seeds = ["analysis": 18_446_744_073_709_551_615, "cohort": 7]
    #expect(try encodeReportJSON(other) == encodeReportJSON(SampleReports.quickstart))
  }

  @Test func aNumberThatIsNotFiniteIsRefusedByName() throws {
    var report = SampleReports.quickstart
    report.subgroups[3].auc = .nan
    let failure = #expect(throws: AuditFailure.self) { try encodeReportJSON(report) }
    #expect(failure?.message == "report.json: 'subgroups[3].auc' is not a finite number")
  }

  @Test func faultsNameTheKey() throws {
    let good = try encodeReportJSON(SampleReports.quickstart)
    func message(_ text: String) -> String? {
      #expect(throws: AuditFailure.self) { try decodeReportJSON(text) }?.message
    }
    #expect(message("{") == "report.json: this is not valid JSON")
    #expect(message("{}") == "report.json: 'schema' is missing")
    #expect(
      message(good.replacing("audit-report/1", with: "audit-report/9"))
        == "report.json: schema is 'audit-report/9', expected 'audit-report/1'")
    #expect(
      message(good.replacing("\"verdict\" : \"flagged\"", with: "\"verdict\" : \"fine\""))?
        .contains(".verdict' has a value that is not known") == true)
    #expect(
      message(good.replacing("\"familySize\" : 12", with: "\"familySize\" : \"x\""))
        == "report.json: 'plan.familySize' has a value of the wrong type")
  }

  @Test(arguments: NamedReport.allCases)
  func reportsFollowThePublishedSchemaAndNothingIsLeftUndescribed(_ sample: NamedReport) throws {
    let report = sample.report
    let schema = try SchemaCheck(try reportJSONSchema())
    #expect(schema.faults(in: try encodeReportJSON(report)).isEmpty)
  }

  @Test func everyFieldOfTheSchemaIsDescribed() throws {
    let root = try JSONSerialization.jsonObject(with: Data(try reportJSONSchema().utf8))
    var fields = 0
    var bare: [String] = []
    func walk(_ node: Any, _ path: String) {
      if let list = node as? [Any] { list.forEach { walk($0, path) } }
      guard let object = node as? [String: Any] else { return }
      for (name, field) in object["properties"] as? [String: Any] ?? [:] {
        fields += 1
        let text = (field as? [String: Any])?["description"] as? String ?? ""
        if text.count < 8, text != "Name.", text != "Title." { bare.append("\(path).\(name)") }
      }
      for (key, value) in object { walk(value, path + "." + key) }
    }
    walk(root, "")
    #expect(bare.sorted() == [])
    #expect(fields > 400)
  }

  @Test func theSchemaRefusesWhatTheContractForbids() throws {
    let schema = try SchemaCheck(try reportJSONSchema())
    let good = try encodeReportJSON(SampleReports.quickstart)
    for (old, new) in [
      ("\"status\" : \"smallCell\"", "\"status\" : \"tiny\""),
      ("\"familySize\" : 12", "\"familySize\" : 1.5"),
      ("\"familySize\" : 12,", ""),
      ("\"cohort\" : \"synthetic\"", "\"cohort\" : \"imaginary\""),
      ("\"exploratory\" : false", "\"exploratory\" : 0.5"),
      ("\"title\" : ", "\"titel\" : "),
    ] {
      #expect(good.contains(old))
      let spoiled = good.replacing(old, with: new, maxReplacements: 1)
      #expect(!schema.faults(in: spoiled).isEmpty, "\(old) became \(new) unnoticed")
    }
  }
}

/// The part of JSON Schema 2020-12 that the published schema uses; stricter in one point: a key
/// that the schema does not describe is a fault, so that no field can be forgotten there.
struct SchemaCheck {
  private let root: [String: Any]

  init(_ text: String) throws {
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    root = try #require(object as? [String: Any])
  }

  func faults(in text: String) -> [String] {
    guard let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else {
      return ["not JSON"]
    }
    return faults(value, root, at: "$")
  }

  private func faults(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
    if let name = schema["$ref"] as? String {
      let definitions = root["$defs"] as? [String: Any]
      let key = name.replacing("#/$defs/", with: "")
      guard let target = definitions?[key] as? [String: Any] else { return ["\(place): \(name)?"] }
      return faults(value, target, at: place)
    }
    if let constant = schema["const"] as? String {
      return value as? String == constant ? [] : ["\(place): not \(constant)"]
    }
    switch schema["type"] as? String {
    case "string":
      guard let text = value as? String else { return ["\(place): not a string"] }
      if let choices = schema["enum"] as? [String], !choices.contains(text) {
        return ["\(place): \(text)"]
      }
      return []
    case "boolean": return isBoolean(value) ? [] : ["\(place): not a boolean"]
    case "number", "integer":
      guard let number = value as? NSNumber, !isBoolean(value) else {
        return ["\(place): not a number"]
      }
      let double = number.doubleValue
      if schema["type"] as? String == "integer", double != double.rounded() {
        return ["\(place): not an integer"]
      }
      if let minimum = (schema["minimum"] as? NSNumber)?.doubleValue, double < minimum {
        return ["\(place): below \(minimum)"]
      }
      if let maximum = (schema["maximum"] as? NSNumber)?.doubleValue, double > maximum {
        return ["\(place): above \(maximum)"]
      }
      return []
    case "array":
      guard let list = value as? [Any] else { return ["\(place): not an array"] }
      let items = schema["items"] as? [String: Any] ?? [:]
      return list.enumerated().flatMap { faults($0.element, items, at: "\(place)[\($0.offset)]") }
    case "object": return objectFaults(value, schema, at: place)
    default: return ["\(place): no type in the schema"]
    }
  }

  private func objectFaults(
    _ value: Any, _ schema: [String: Any], at place: String
  ) -> [String] {
    guard let object = value as? [String: Any] else { return ["\(place): not an object"] }
    let required = schema["required"] as? [String] ?? []
    let missing = required.filter { object[$0] == nil }.map { "\(place).\($0): missing" }
    let properties = schema["properties"] as? [String: Any] ?? [:]
    let others = schema["additionalProperties"] as? [String: Any]
    return missing
      + object.flatMap { key, member -> [String] in
        guard let rule = properties[key] as? [String: Any] ?? others else {
          return ["\(place).\(key): not described"]
        }
        return faults(member, rule, at: "\(place).\(key)")
      }
  }

  private func isBoolean(_ value: Any) -> Bool {
    guard let number = value as? NSNumber else { return value is Bool }
    return String(cString: number.objCType) == "c" || CFBooleanLike.isBoolean(number)
  }
}

/// Tells JSON's `true` from `1`, which both come as `NSNumber`.
private enum CFBooleanLike {
  static func isBoolean(_ number: NSNumber) -> Bool {
    number === NSNumber(value: true) || number === NSNumber(value: false)
  }
}
