import Basics

/// Reads a boxes file; see ``BoxFile`` for its forms.
///
/// Without `units`, numbers that are all at most 1 are fractions and others pixels.
/// - Throws: ``AuditFailure`` that names file, line and key of the first faults, and each remedy.
package func loadBoxes(at path: String) throws -> BoxFile {
  try loadBoxes(from: readBytes(of: path, limit: JSON5Reader.maximumByteCount), path: path)
}

/// ``loadBoxes(at:)`` on bytes in memory; `path` is what messages call them.
package func loadBoxes(from bytes: [UInt8], path: String) throws -> BoxFile {
  let root = try JSON5Reader.value(of: bytes, path: path)
  let faults = FaultList(path: path)
  let file = BoxFileReader(path: path, faults: faults).read(root)
  try faults.throwIfAny()
  guard let file else { throw AuditFailure("\(path): there are no boxes") }
  return file
}

private struct BoxFileReader {
  let path: String
  let faults: FaultList

  func read(_ root: JSONValue) -> BoxFile? {
    var file = BoxFile(path: path, layouts: [], units: .fractions)
    var list = root
    var stated: BoxFile.Units?
    if case .object = root.content {
      guard let object = ObjectReader(root, keyPath: "", faults: faults) else { return nil }
      object.allowOnly(BoxFile.keys)
      guard object.require("boxes", example: "[{ \"x\": 0.2, … }]"),
        let member = object.member("boxes")
      else { return nil }
      list = member
      stated = object.choice("units", BoxFile.Units.self)
      file.style = object.choice("style", BoxFile.Style.self) ?? file.style
      file.thickness =
        object.number("thickness", "above 0 and at most 0.5") { $0 > 0 && $0 <= 0.5 }
        ?? file.thickness
      file.imageSize = imageSize(object)
    }
    file.layouts = layouts(list)
    let numbers = file.layouts.joined().flatMap { [$0.x, $0.y, $0.width, $0.height] }
    let isSmall = numbers.allSatisfy { $0 <= 1 }
    file.units = stated ?? (isSmall && file.imageSize == nil ? .fractions : .pixels)
    return file.layouts.isEmpty ? nil : file
  }

  private func imageSize(_ object: ObjectReader) -> GeneratorSpecification.ImageSize? {
    guard let elements = object.list("imageSize") else { return nil }
    let sides = elements.compactMap { object.integer($0.value, $0.keyPath, in: 1...1_000_000) }
    guard sides.count == elements.count else { return nil }
    guard sides.count == 2 else {
      object.fault("imageSize", "must be width and height in pixels, such as [1024, 1024]")
      return nil
    }
    return GeneratorSpecification.ImageSize(width: sides[0], height: sides[1])
  }

  private func layouts(_ list: JSONValue) -> [[FindingBox]] {
    guard case .array(let elements) = list.content, let first = elements.first else {
      faults.add(
        "the boxes must be a list with at least one box; found \(list.kindInWords)",
        at: list.position)
      return []
    }
    guard case .array = first.content else { return [boxes(list, "boxes")] }
    guard elements.count <= BoxFile.maximumLayoutCount else {
      faults.add(
        "there are \(elements.count) lists of boxes; at most \(BoxFile.maximumLayoutCount) are read",
        at: list.position)
      return []
    }
    return elements.enumerated().map { boxes($1, "boxes[\($0)]") }
  }

  private func boxes(_ list: JSONValue, _ keyPath: String) -> [FindingBox] {
    guard case .array(let elements) = list.content, !elements.isEmpty else {
      faults.add(
        "\(keyPath) must be a list with at least one box; found \(list.kindInWords)",
        at: list.position)
      return []
    }
    guard elements.count <= BoxFile.maximumBoxCount else {
      faults.add(
        "\(keyPath) has \(elements.count) boxes; at most \(BoxFile.maximumBoxCount) are drawn in one"
          + " image", at: list.position)
      return []
    }
    return elements.enumerated().compactMap { box($1, "\(keyPath)[\($0)]") }
  }

  private func box(_ value: JSONValue, _ keyPath: String) -> FindingBox? {
    guard let object = ObjectReader(value, keyPath: keyPath, faults: faults) else { return nil }
    object.allowOnly(["x", "y", "width", "height", "finding"])
    func number(_ key: String, _ rule: String, _ isAllowed: (Double) -> Bool) -> Double? {
      guard object.require(key, example: "0.25") else { return nil }
      return object.number(key, rule, isAllowed)
    }
    let x = number("x", "from 0 to 1000000") { (0...1e6).contains($0) }
    let y = number("y", "from 0 to 1000000") { (0...1e6).contains($0) }
    let width = number("width", "above 0, at most 1000000") { $0 > 0 && $0 <= 1e6 }
    let height = number("height", "above 0, at most 1000000") { $0 > 0 && $0 <= 1e6 }
    let finding = object.string("finding")
    guard let x, let y, let width, let height else { return nil }
    return FindingBox(x: x, y: y, width: width, height: height, finding: finding)
  }
}
