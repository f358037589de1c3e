import AuditModel
import AuditStore
import Basics
import Cohorts
import Foundation
import Images
import Tables
import Vocabulary

/// One image to be measured, with what is known of it.
struct MeasuredImage {
  /// As the table, the folder or the cohort calls it.
  var name: String
  /// Absolute.
  var path: String
  /// Patient or base case.
  var cluster: String
  var prompt: String?
  var attributes: AttributeValues = [:]
  var labels: [String: Bool] = [:]
}

/// Images of one role.
struct MeasuredSet {
  var images: [MeasuredImage]
  var source: String
  /// `patients`, `base cases`, or `images` where nothing says which belong together.
  var clusterUnit: String
  var reading = ImageReadingOptions()
  /// An image that cannot be read is left out instead of ending the measuring.
  var leavesOutUnreadable = false

  var clusterCount: Int { Set(images.map(\.cluster)).count }

  /// - Parameter synthetic: Images that were drawn; those that failed to be are not there.
  static func drawn(_ workspace: AuditWorkspace) throws -> MeasuredSet {
    // A placebo repeats an arm; counted as an image of its own it would be a near copy.
    let cases = try workspace.store.cases(of: .synthetic)
      .filter { $0.placebo == nil && $0.sha256 != nil }
    guard !cases.isEmpty else {
      throw AuditFailure(
        "'\(workspace.folder)' holds no drawn images to measure",
        hint: "run 'audit run' or 'audit generate' with this spec first, or name images under "
          + "'measure.synthetic'")
    }
    let images = try cases.compactMap { item -> MeasuredImage? in
      guard let path = try workspace.imagePath(of: item) else { return nil }
      return MeasuredImage(
        name: item.name, path: path, cluster: item.cluster, prompt: item.prompt,
        attributes: item.attributes, labels: item.labels.known)
    }
    return MeasuredSet(
      images: images, source: "the audit's cohort", clusterUnit: "base cases")
  }

  /// The real images of the spec's block `real`.
  static func real(_ specification: AuditSpecification, key: String) throws -> MeasuredSet {
    guard let real = specification.real, let folder = real.images.map(specification.resolve) else {
      throw AuditFailure(
        "the spec names no real images: 'measure.real' is missing and so is "
          + (specification.real == nil ? "'real'" : "'real.images'"),
        hint: "add \"\(key)\": { \"images\": \"folder\" } to 'measure'")
    }
    let cohort = try RealCohort(
      real, resolve: specification.resolve,
      defaultFindings: ImportStage.defaultFindings(of: specification))
    let images = try cohort.cases.map { item in
      var labels: [String: Bool] = [:]
      for (finding, label) in zip(cohort.findings, item.labels) { labels[finding] = label }
      return MeasuredImage(
        name: item.image, path: try path(item.file, in: folder),
        cluster: cohort.hasPatients ? item.patient : item.image, attributes: item.attributes,
        labels: labels)
    }
    return MeasuredSet(
      images: images, source: real.table, clusterUnit: cohort.hasPatients ? "patients" : "images",
      reading: ImageReadingOptions(real.imageOptions),
      leavesOutUnreadable: real.imageOptions.unreadable == .leaveOut)
  }

  /// A folder of anyone's images.
  /// - Parameter key: Of the spec, for sentences.
  static func read(
    _ set: ImageSetSpecification, key: String, resolve: (String) -> String
  ) throws -> MeasuredSet {
    let folder = resolve(set.images)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw AuditFailure(
        "the folder of images '\(folder)' does not exist",
        hint: "correct '\(key).images' in the spec")
    }
    guard let table = set.table else {
      let files = try imageFiles(in: folder)
      guard !files.isEmpty else {
        throw AuditFailure(
          "the folder '\(folder)' holds no image", hint: "PNG, JPEG and DICOM are read")
      }
      return MeasuredSet(
        images: files.map { MeasuredImage(name: $0, path: folder + "/" + $0, cluster: $0) },
        source: set.images, clusterUnit: "images")
    }
    return MeasuredSet(
      images: try rows(of: set, table: resolve(table), folder: folder), source: table,
      clusterUnit: set.patientColumn == nil ? "images" : "patients")
  }

  private static func rows(of set: ImageSetSpecification, table path: String, folder: String) throws
    -> [MeasuredImage]
  {
    let table = try Table(contentsOf: path, format: set.format)
    let names = try table.column(set.imageColumn)
    let patients = try set.patientColumn.map(table.column)
    let prompts = try set.promptColumn.map(table.column)
    let attributes = try set.attributes.map { try AttributeCells($0, table: table, path: path) }
    let labels = try set.labels.sorted { $0.key < $1.key }.map {
      (finding: $0.key, column: $0.value, cells: try table.column($0.value))
    }
    let filters = try set.filter.map { (try table.column($0.key), $0.value) }
    var seen: Set<String> = []
    var images: [MeasuredImage] = []
    for row in 0..<table.rowCount where filters.allSatisfy({ $0.0[row] == $0.1 }) {
      let line = table.lineNumber(ofRow: row)
      let name = names[row]
      guard !name.isEmpty, seen.insert(name).inserted else {
        throw AuditFailure(
          name.isEmpty
            ? "\(path), line \(line), column '\(set.imageColumn)': the image's name is missing"
            : "\(path), line \(line): the image '\(visible(name.shortened(to: 100)))' is there twice"
        )
      }
      if let patients, patients[row].isEmpty {
        throw AuditFailure(
          "\(path), line \(line), column '\(set.patientColumn ?? "")': the patient is missing",
          hint: "give every image a patient, or drop the column")
      }
      var image = MeasuredImage(
        name: name, path: try Self.path(name, in: folder), cluster: patients?[row] ?? name)
      if let prompt = prompts?[row], !prompt.isEmpty { image.prompt = prompt }
      for column in attributes {
        image.attributes[column.attribute.name] = try column.value(ofRow: row)
      }
      for label in labels {
        switch label.cells[row].trimmingCharacters(in: .whitespaces) {
        case "1", "1.0": image.labels[label.finding] = true
        case "0", "0.0": image.labels[label.finding] = false
        case "": break
        case let other:
          throw AuditFailure(
            "\(path), line \(line), column '\(label.column)': '\(visible(other.shortened(to: 40)))' is no "
              + "label", hint: "write 0 or 1, or leave the cell empty")
        }
      }
      images.append(image)
    }
    guard !images.isEmpty else {
      throw AuditFailure("\(path) has no row to measure", hint: "correct 'where' in the spec")
    }
    return images
  }

  /// A file of the user's folder; nothing outside it has such a name.
  private static func path(_ name: String, in folder: String) throws -> String {
    guard ConfinedFolder.isPlain(name) else {
      throw AuditFailure(
        "the image '\(visible(name.shortened(to: 200)))' is not below its folder '\(folder)'")
    }
    return try locatedImage(folder + "/" + name)
  }

  private static func imageFiles(in folder: String) throws -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
    var files: [String] = []
    for case let path as String in walk {
      guard !(path as NSString).lastPathComponent.hasPrefix("."),
        let head = try? readHead(of: folder + "/" + path, length: imageHeadLength),
        imageFormat(of: head[...]) != nil
      else { continue }
      files.append(path)
      guard files.count <= 5_000_000 else {
        throw AuditFailure("the folder '\(folder)' holds more than five million images")
      }
    }
    return files.sorted()
  }

  /// The images of a random sample of clusters, all of a cluster or none, at most `limit` images.
  func sampled(_ limit: Int, stream: inout SampleStream) -> MeasuredSet {
    guard images.count > limit else { return self }
    let rows = stream.rows(clusters: images.map(\.cluster), limit: limit)
    var sample = self
    sample.images = rows.map { images[$0] }
    return sample
  }
}
