import AuditModel
import Basics
import Dispatch
import Foundation
import OnnxGraphs
import Images

/// A classifier that is an ONNX file, run by ONNX Runtime on the CPU.
///
/// Images are run one by one (or in the model's own fixed batch), one thread each and several at
/// once, with the graph as stored: scores do not depend on core count, grouping or resumption.
package struct OnnxClassifier: Classifier {
  package let name: String
  package let findings: [String]
  package let record: ClassifierRecord
  package let provenance: [String: String]
  private let model: OnnxModel
  private let preprocessing: ImagePreprocessing
  private let readout: OnnxReadout
  /// Images per run: 1, unless the model fixes another number.
  private let batch: Int

  /// Opens the model and checks it against the spec.
  /// - Parameter specification: With an absolute path.
  /// - Throws: ``AuditFailure`` naming the model, what it expects and what the spec says.
  package init(
    name: String, specification: OnnxSpecification, findings: [String], runtime: OnnxRuntime? = nil,
    checkInterrupted: @escaping @Sendable () throws -> Void = {}
  ) throws {
    try OnnxClassifier.check(specification, name: name)
    let runtime = try runtime ?? OnnxRuntime()
    let model = try OnnxModel(
      specification, runtime: runtime, checkInterrupted: checkInterrupted)
    let preprocessing = ImagePreprocessing(specification)
    let answered = findings.filter { specification.outputs[$0] != nil }
    guard !answered.isEmpty else {
      let missing = findings.first ?? ""
      let nearest = nearestName(to: missing, in: specification.outputs.keys.sorted())
      throw AuditFailure(
        "classifier '\(name)' has no output for any audited finding (\(findings.joined(separator: ", ")))",
        hint: nearest.map { "its outputs name '\($0)'" } ?? "add the finding to its 'outputs'")
    }
    try OnnxClassifier.checkInput(model, preprocessing, specification)
    readout = try OnnxReadout(
      specification, findings: answered, outputs: model.outputs, path: model.path)
    self.name = name
    self.findings = answered
    self.model = model
    self.preprocessing = preprocessing
    batch = max(1, Int(model.input.shape.first ?? 1))
    provenance = ["onnxRuntime": runtime.version]
    var record = ClassifierRecord(
      name: name, kind: "onnx", hash: try SHA256.hex(ofFile: specification.path),
      description: "ONNX model \((specification.path as NSString).lastPathComponent), input "
        + "\(shapeText(model.input.shape)), \(specification.channels.rawValue), "
        + "\(specification.activation.rawValue), ONNX Runtime \(runtime.version)")
    record.pipeline =
      OnnxPipelineRecord(
        specification, findings: answered, model: model, runtime: runtime
      ).parts
    self.record = record
  }

  package func score(_ cases: [ImageCase], deliver: ([ImageScore]) throws -> Void) throws {
    var unread = UnreadableImages()
    // Enough runs per delivery to keep every core busy, few enough that little is lost.
    let group = batch * max(8, ProcessInfo.processInfo.activeProcessorCount * 4)
    for start in stride(from: 0, to: cases.count, by: group) {
      let part = cases[start..<min(start + group, cases.count)]
      let runs = stride(from: part.startIndex, to: part.endIndex, by: batch).map {
        part[$0..<min($0 + batch, part.endIndex)]
      }
      let results = Results(count: runs.count)
      DispatchQueue.concurrentPerform(iterations: runs.count) { index in
        results[index] = Result { try scoreRun(runs[index]) }
      }
      var done: [ImageScore] = []
      var failure: (any Error)?
      for result in results.values {
        switch result {
        case .success(let run):
          done += run.scores
          unread.note(run.unread)
        case .failure(let error): failure = failure ?? error
        }
      }
      if !done.isEmpty { try deliver(done) }
      if let failure { throw failure }
    }
    // What can be read is scored and kept first, and everything that cannot be is told at once.
    try unread.refuse()
  }

  package func rehearse() throws {
    let input = [Float](repeating: 0, count: batch * preprocessing.valueCount)
    for (output, tensor) in try model.run(input, shape: preprocessing.shape(batch: batch)) {
      try readout.check(shape: tensor.shape, output: output)
    }
  }

  /// What one run of the model gave, and the images that could not be read.
  struct Run {
    var scores: [ImageScore] = []
    var unread: [AuditFailure] = []
  }

  private func scoreRun(_ cases: ArraySlice<ImageCase>) throws -> Run {
    var unread: [Int: AuditFailure] = [:]
    var input = [Float](repeating: 0, count: batch * preprocessing.valueCount)
    var readings: [ImageReadingRecord] = []
    for (index, item) in cases.enumerated() {
      let decoded: DecodedImage
      do {
        decoded = try decodeImage(at: item.path, options: item.reading)
      } catch let failure as AuditFailure {
        if !item.leavesOutUnreadable { unread[index] = failure }
        readings.append(ImageReadingRecord(facts: [], problem: failure.message))
        continue
      }
      // What its bits mean is a question, and no reason to leave an image out.
      let image = try settleDepth(of: decoded, name: item.path, options: item.reading)
      preprocessing.write(image.picture, to: &input, at: index * preprocessing.valueCount)
      readings.append(ImageReadingRecord(facts: image.facts.sorted()))
    }
    var run = Run(unread: unread.sorted { $0.key < $1.key }.map(\.value))
    let isReadable = readings.contains { $0.problem == nil }
    let tensors =
      isReadable ? try model.run(input, shape: preprocessing.shape(batch: batch)) : [:]
    for (output, tensor) in tensors { try readout.check(shape: tensor.shape, output: output) }
    for (index, item) in cases.enumerated() where unread[index] == nil {
      run.scores.append(
        readings[index].problem != nil
          ? unscored(item, reading: readings[index])
          : ImageScore(
            id: item.id, scores: try readout.scores(of: index, in: tensors, imagePath: item.path),
            reading: readings[index]))
    }
    return run
  }

  private func unscored(_ item: ImageCase, reading: ImageReadingRecord) -> ImageScore {
    ImageScore(
      id: item.id, scores: Dictionary(uniqueKeysWithValues: findings.map { ($0, Double?.none) }),
      reading: reading)
  }
}

// MARK: - Checks

extension OnnxClassifier {
  private static func check(_ specification: OnnxSpecification, name: String) throws {
    let channels = specification.channels == .gray ? 1 : 3
    for (key, values) in [("mean", specification.mean), ("std", specification.standardDeviation)] {
      guard values.count == 1 || values.count == channels, values.allSatisfy(\.isFinite) else {
        throw AuditFailure(
          "classifier '\(name)': 'input.\(key)' needs 1 or \(channels) finite numbers, "
            + "it has \(values.count)")
      }
    }
    guard specification.standardDeviation.allSatisfy({ $0 != 0 }) else {
      throw AuditFailure("classifier '\(name)': 'input.std' must not be 0")
    }
    guard (1...8192).contains(specification.height), (1...8192).contains(specification.width) else {
      throw AuditFailure("classifier '\(name)': 'input.size' must lie between 1 and 8192 pixels")
    }
  }

  private static func checkInput(
    _ model: OnnxModel, _ preprocessing: ImagePreprocessing, _ specification: OnnxSpecification
  ) throws {
    let given = preprocessing.shape(batch: 0)
    let expected = model.input.shape
    let fits =
      expected.count == given.count
      && zip(expected, given).dropFirst().allSatisfy { $0 <= 0 || $0 == $1 }
    guard fits, expected[0] <= 1024 else {
      throw AuditFailure(
        "the ONNX model \(model.path) expects its input '\(model.input.name)' as "
          + "\(shapeText(expected)), but the spec gives \(shapeText(given))",
        hint: "correct 'size', 'channels' (gray is 1, rgb and bgr are 3) or 'layout' "
          + "(now \(specification.layout.rawValue)) under 'input'")
    }
    // Whole numbers cannot hold shares of white: nearly every pixel would become 0 or 1.
    guard model.input.isWhole, specification.rangeUpper - specification.rangeLower < 100 else {
      return
    }
    throw AuditFailure(
      "the ONNX model \(model.path) takes \(model.input.elementName) pixels in "
        + "'\(model.input.name)', but the spec's range is "
        + "[\(specification.rangeLower), \(specification.rangeUpper)]",
      hint: "write \"range\": [0, 255] under 'input', without mean and std")
  }
}

extension OnnxClassifier {
  /// Asks about a model whose outputs are a sigmoid's or a softmax's where the spec asks for one more.
  ///
  /// - Parameter onnx: With an absolute path.
  static func checkEnd(of onnx: OnnxSpecification, name: String) throws {
    guard onnx.activation != .none, FileManager.default.isReadableFile(atPath: onnx.path),
      // What is wrong with a file that is no model is said by who opens it.
      let ends = try? lastOperators(ofOnnxModel: onnx.path)
    else { return }
    let named = Set(onnx.outputs.values.compactMap { $0.output ?? onnx.output })
    let shares: Set<String> = ["Sigmoid", "HardSigmoid", "Softmax"]
    for (output, operators) in ends.sorted(by: { $0.key < $1.key })
    where (named.isEmpty || named.contains(output)) && operators.isSubset(of: shares) {
      throw AuditFailure(
        "the ONNX model \(onnx.path) of the classifier '\(name)' ends in "
          + "\(operators.sorted().joined(separator: " and ")), so '\(output)' holds probabilities, and the "
          + "spec asks for (or takes for granted) \(onnx.activation.rawValue) once more",
        hint:
          "write \"activation\": \"none\", or \"accept\": [\"activationTwice\"] if the model is meant "
          + "so")
    }
  }
}

/// One slot per run, each written by one thread.
private final class Results: @unchecked Sendable {
  // Unchecked: the lock guards the array.
  private let lock = NSLock()
  private var slots: [Result<OnnxClassifier.Run, any Error>?]

  init(count: Int) { slots = Array(repeating: nil, count: count) }

  subscript(index: Int) -> Result<OnnxClassifier.Run, any Error>? {
    get { lock.withLock { slots[index] } }
    set { lock.withLock { slots[index] = newValue } }
  }

  var values: [Result<OnnxClassifier.Run, any Error>] { lock.withLock { slots.compactMap { $0 } } }
}

extension OnnxSpecification: OpenableClassifierKind {
  func open(_ specification: ClassifierSpecification, in place: ClassifierPlace) throws
    -> any Classifier
  {
    var onnx = self
    onnx.path = place.resolve(path)
    if !specification.accepted.contains(.activationTwice) {
      try OnnxClassifier.checkEnd(of: onnx, name: specification.name)
    }
    return try OnnxClassifier(
      name: specification.name, specification: onnx, findings: place.findings,
      checkInterrupted: place.checkInterrupted)
  }
}
