import AuditModel
import Basics
import Cohorts
import Foundation
import Images

/// A mask or a layout of boxes that guides a base case.
struct ConditionSource: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case mask
    /// The layout's boxes and the file that says how to draw them.
    case boxes([FindingBox], BoxFile)
  }
  let kind: Kind
  /// Absolute path of the user's file.
  let path: String
  /// The file's name, with the layout's number where the file has several.
  let name: String

  /// The control image as the user gave it, masks at their own size.
  ///
  /// - Parameter size: Of the generated image, in pixels.
  /// - Throws: ``AuditFailure`` for a file that is no mask, or a box outside the image.
  func image(for size: (width: Int, height: Int)) throws -> RasterImage {
    switch kind {
    case .mask: return try readMask(at: path)
    case .boxes(let boxes, let file):
      let fractions = try file.fractions(
        of: boxes, on: GeneratorSpecification.ImageSize(width: size.width, height: size.height))
      let side = Double(min(size.width, size.height))
      return RasterImage(
        boxes: fractions, width: size.width, height: size.height, style: file.style,
        thickness: max(1, Int((file.thickness * side).rounded())))
    }
  }

  /// The control image at the size the model sees, resized as the reference does.
  ///
  /// - Throws: As ``image(for:)``, and for a mask too small to be seen at that size.
  func condition(for size: (width: Int, height: Int)) throws -> RasterImage {
    let image = try image(for: size).resized(width: size.width, height: size.height)
    guard image.bytes.contains(where: { $0 >= 16 }) else {
      throw AuditFailure(
        "\(path): the mask's white part vanishes at the generator's \(size.width) × "
          + "\(size.height) pixels", hint: "draw it larger")
    }
    return image
  }

  /// The masks of a folder by name, or the one mask of a file.
  static func masks(at path: String) throws -> [ConditionSource] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw AuditFailure(
        "there are no masks at \(path)", hint: "paths in the spec are relative to the spec file")
    }
    func source(_ path: String) -> ConditionSource {
      ConditionSource(kind: .mask, path: path, name: (path as NSString).lastPathComponent)
    }
    guard isFolder.boolValue else { return [source(path)] }
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
      throw AuditFailure("cannot read the folder \(path): \(error.localizedDescription)")
    }
    let masks = names.filter {
      ($0 as NSString).pathExtension.lowercased() == "png" && !$0.hasPrefix(".")
    }.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    guard !masks.isEmpty else {
      throw AuditFailure(
        "the folder \(path) holds no mask", hint: "masks are PNG files, white where the finding is")
    }
    let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
    return masks.map { source(folder + "/" + $0) }
  }

  /// The layouts of a boxes file, those of one finding where one is named.
  static func boxes(_ file: BoxFile, finding: String? = nil) throws -> [ConditionSource] {
    let layouts = try finding.map(file.layouts(for:)) ?? file.layouts
    let name = (file.path as NSString).lastPathComponent
    return layouts.enumerated().map { index, boxes in
      ConditionSource(
        kind: .boxes(boxes, file), path: file.path,
        name: layouts.count > 1 ? "\(name)#\(index + 1)" : name)
    }
  }
}

/// The masks and boxes of a cohort: base case `i` of a finding takes source `i`, masks by name and
/// then layouts of boxes, from the start again after the last, and only where the finding is
/// present.
struct CohortConditions: Sendable {
  /// By finding; findings without masks or boxes are absent.
  let sources: [String: [ConditionSource]]
  private let rules: [String: String]

  var isEmpty: Bool { sources.isEmpty }

  /// - Throws: ``AuditFailure`` for a file that cannot be read as masks or boxes.
  init(_ cohort: CohortSpecification, resolve: (String) -> String) throws {
    var sources: [String: [ConditionSource]] = [:]
    var rules: [String: String] = [:]
    for finding in cohort.findings {
      var all: [ConditionSource] = []
      var rule: [String] = []
      if let masks = finding.masks {
        all += try ConditionSource.masks(at: resolve(masks))
        rule.append("masks as they are, resized bilinearly")
      }
      if let boxes = finding.boxes {
        let file = try loadBoxes(at: resolve(boxes))
        all += try ConditionSource.boxes(file, finding: finding.name)
        rule.append("boxes: " + file.rule)
      }
      guard !all.isEmpty else { continue }
      sources[finding.name] = Array(all.prefix(cohort.baseCases))
      rules[finding.name] = rule.joined(separator: "; ")
    }
    self.sources = sources
    self.rules = rules
  }

  /// What guides a base case; nil for negatives and findings without masks or boxes.
  func source(finding: String, isPositive: Bool, index: Int) -> ConditionSource? {
    guard isPositive, let all = sources[finding], !all.isEmpty else { return nil }
    return all[index % all.count]
  }

  /// The boxes that guide a case, as fractions of its image; nil where no boxes do.
  /// - Parameter image: Path of the drawn image, whose size pixels count on.
  func boxes(of item: CohortCase, image: String) throws -> [FindingBox]? {
    guard
      let source = source(
        finding: item.finding, isPositive: item.isPositive, index: item.index),
      case .boxes(let boxes, let file) = source.kind, let size = try imageSize(at: image)
    else { return nil }
    return try file.fractions(
      of: boxes, on: GeneratorSpecification.ImageSize(width: size.width, height: size.height))
  }

  /// How a case of the cohort is guided.
  func guidance(of item: CohortCase, size: (width: Int, height: Int)) throws -> SpatialGuidance {
    guard sources[item.finding] != nil else { return .none }
    let source = source(
      finding: item.finding, isPositive: item.isPositive, index: item.index)
    return try source.map { .image(try $0.condition(for: size)) } ?? .unplaced
  }

  /// Reads every source that will be used, so that a wrong one is found before hours of drawing.
  func check(size: (width: Int, height: Int), tick: (Int, Int) throws -> Void) throws {
    let all = sources.sorted { $0.key < $1.key }.flatMap(\.value)
    for (index, source) in all.enumerated() {
      _ = try source.condition(for: size)
      try tick(index + 1, all.count)
    }
  }

  /// Rules and contents as `name=value` and `name:hash` lines, for provenance and for telling
  /// whether anything changed between two runs.
  func record() throws -> String {
    try sources.sorted { $0.key < $1.key }.flatMap { finding, all -> [String] in
      var hashes: [String: String] = [:]
      let contents = try all.map { source -> String in
        let hash = try hashes[source.path] ?? SHA256.hex(ofFile: source.path)
        hashes[source.path] = hash
        return "\(source.name) \(hash)"
      }
      return [
        "conditions \(finding)=\(all.count) for the positive base cases; \(rules[finding] ?? "")",
        "conditions \(finding):\(SHA256.hex(of: contents.joined(separator: "\n")))",
      ]
    }.joined(separator: "\n")
  }
}
