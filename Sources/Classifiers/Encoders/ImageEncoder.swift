import AuditModel
import Basics
import Foundation
import Images
import OnnxGraphs

/// An ONNX model that gives every image as a vector: features of a classifier, an embedding.
///
/// Runs image by image on the CPU with the graph as stored, so that a vector depends on its image alone.
package struct ImageEncoder: Sendable {
  package let name: String
  /// The tensor of the graph that is the vector.
  package let tensor: String
  /// SHA-256 of the model's file.
  package let hash: String
  private let model: OnnxModel
  private let preprocessing: ImagePreprocessing
  /// Values that are averaged to one: the places of a feature map.
  private let places: Int

  /// Longest vector that is compared; the memory of a set grows with it.
  private static let widthLimit = 16_384

  /// - Parameter specification: With an absolute path.
  /// - Throws: ``AuditFailure`` naming the model and what does not fit, such as a tensor that it has not.
  package init(_ specification: EncoderSpecification, runtime: OnnxRuntime? = nil) throws {
    let runtime = try runtime ?? OnnxRuntime()
    let path = specification.onnx.path
    let outline = try OnnxGraphOutline(ofModel: path)
    let tensor = try Self.tensor(of: specification, outline)
    model = try Self.opened(specification.onnx, giving: tensor, outline, runtime)
    preprocessing = ImagePreprocessing(specification.onnx)
    name = specification.name
    self.tensor = tensor
    hash = try SHA256.hex(ofFile: path)
    places = try Self.places(model, tensor: tensor)
    try Self.checkInput(model, preprocessing)
  }

  private static func tensor(
    of specification: EncoderSpecification, _ outline: OnnxGraphOutline
  ) throws -> String {
    let path = specification.onnx.path
    guard let named = specification.output else {
      guard let features = outline.features else {
        throw AuditFailure(
          "the ONNX model \(path) does not end in a linear layer, so its features have no certain name",
          hint: "name a tensor of the graph: \"output\": \"features\"")
      }
      return features
    }
    guard outline.outputs.contains(named) || outline.tensors.contains(named) else {
      let nearest = nearestName(to: named, in: outline.outputs + outline.tensors)
      throw AuditFailure(
        "the ONNX model \(path) has no tensor '\(visible(named.shortened(to: 80)))'",
        hint: nearest.map { "it has '\($0)'; did you mean that?" }
          ?? "its outputs are \(outline.outputs.prefix(5).joined(separator: ", "))")
    }
    return named
  }

  /// The model with `tensor` as one of its outputs.
  ///
  /// Runtimes give declared outputs only. In protobuf a message that comes twice is merged, so a copy
  /// of the file with a graph of one more output behind it is the model with that output.
  private static func opened(
    _ specification: OnnxSpecification, giving tensor: String, _ outline: OnnxGraphOutline,
    _ runtime: OnnxRuntime
  ) throws -> OnnxModel {
    var onnx = specification
    let path = onnx.path
    // The only place that is asked for: the tensor itself, whatever stands in it.
    onnx.outputs = ["vector": OutputPlace(output: tensor, index: [0])]
    if outline.outputs.contains(tensor) { return try OnnxModel(onnx, runtime: runtime) }
    guard try externalDataFiles(ofOnnxModel: path).isEmpty else {
      throw AuditFailure(
        "the ONNX model \(path) keeps its weights in other files and does not declare '\(tensor)' as an "
          + "output", hint: "export it with that output, or as one file")
    }
    let folder = try PrivateFolder(purpose: "encoder")
    let copy = folder.path + "/model.onnx"
    try copyFile(from: path, to: copy)
    guard let handle = FileHandle(forWritingAtPath: copy) else {
      throw AuditFailure("cannot write \(copy)", hint: "set TMPDIR to a folder with free space")
    }
    defer { try? handle.close() }
    do {
      try handle.seekToEnd()
      try handle.write(contentsOf: outputField(tensor))
    } catch {
      throw AuditFailure(
        "cannot write \(copy): \(error.localizedDescription)",
        hint: "set TMPDIR to a folder with free space")
    }
    // The folder goes with the value, and must not before the runtime has read the copy.
    return try withExtendedLifetime(folder) {
      onnx.path = copy
      return try OnnxModel(onnx, runtime: runtime)
    }
  }

  /// `graph { output { name: tensor } }` as a field of a model.
  static func outputField(_ tensor: String) -> [UInt8] {
    func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
      var bytes: [UInt8] = [number << 3 | 2]
      var length = content.count
      while length > 0x7F {
        bytes.append(UInt8(length & 0x7F) | 0x80)
        length >>= 7
      }
      return bytes + [UInt8(length)] + content
    }
    return field(7, field(12, field(1, Array(tensor.utf8))))
  }

  private static func places(_ model: OnnxModel, tensor: String) throws -> Int {
    let shape = model.outputs.first?.shape ?? []
    switch shape.count {
    case 0, 1, 2: return 1
    case 4:
      // A map of features, channels first: its mean is the vector.
      let sides = shape.suffix(2)
      guard sides.allSatisfy({ $0 > 0 && $0 <= 4096 }) else { break }
      return Int(sides.reduce(1, *))
    default: break
    }
    throw AuditFailure(
      "the ONNX model \(model.path) gives '\(tensor)' as \(shapeText(shape)), which is no vector per image",
      hint: "name a pooled output, such as 'pooler_output'")
  }

  private static func checkInput(_ model: OnnxModel, _ preprocessing: ImagePreprocessing) throws {
    let given = preprocessing.shape(batch: 1)
    let fits =
      model.input.shape.count == given.count
      && zip(model.input.shape, given).allSatisfy { $0 <= 0 || $0 == $1 }
    guard fits else {
      throw AuditFailure(
        "the ONNX model \(model.path) expects its input '\(model.input.name)' as "
          + "\(shapeText(model.input.shape)), but the spec gives \(shapeText(given))",
        hint:
          "correct 'size', 'channels' or 'layout' of the encoder's 'input'; encoders are asked one "
          + "image at a time")
    }
  }

  /// The vector of one picture.
  /// - Throws: ``AuditFailure`` where the model fails or gives something that is no number.
  package func vector(of picture: Picture, name: String) throws -> [Float] {
    var input = [Float](repeating: 0, count: preprocessing.valueCount)
    preprocessing.write(picture, to: &input, at: 0)
    let tensors = try model.run(input, shape: preprocessing.shape(batch: 1))
    let output = tensors[tensor]?.values ?? []
    guard !output.isEmpty, output.count % places == 0, output.count / places <= Self.widthLimit
    else {
      throw AuditFailure(
        "the encoder '\(self.name)' gave \(output.count) numbers for an image; at most "
          + "\(Self.widthLimit) are compared", hint: "name a pooled output")
    }
    let vector = (0..<output.count / places).map { channel -> Float in
      let values = output[channel * places..<(channel + 1) * places]
      return places == 1 ? values[values.startIndex] : values.reduce(0, +) / Float(places)
    }
    guard vector.allSatisfy(\.isFinite) else {
      throw AuditFailure(
        "the encoder '\(self.name)' gave a value that is no number for the image \(name)",
        hint: "check the range, mean and std of its 'input'")
    }
    return vector
  }
}
