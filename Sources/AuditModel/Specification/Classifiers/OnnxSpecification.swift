import Foundation

/// A classifier that is an ONNX file.
package struct OnnxSpecification: Sendable, Equatable {
  package enum Channels: String, Sendable, CaseIterable { case gray, rgb, bgr }
  package enum Activation: String, Sendable, CaseIterable { case none, sigmoid, softmax }
  package enum Layout: String, Sendable, CaseIterable { case nchw, nhwc }
  /// Resampling as one of three libraries does it; names without a library are Pillow's.
  package enum Resize: String, Sendable, CaseIterable {
    case nearest, box, bilinear, bicubic, lanczos
    case torchvisionNearest = "torchvision.nearest"
    case torchvisionNearestExact = "torchvision.nearest-exact"
    case torchvisionBilinear = "torchvision.bilinear"
    case torchvisionBilinearAntialias = "torchvision.bilinear-antialias"
    case torchvisionBicubic = "torchvision.bicubic"
    case torchvisionBicubicAntialias = "torchvision.bicubic-antialias"
    case openCVNearest = "opencv.nearest"
    case openCVLinear = "opencv.linear"
    case openCVCubic = "opencv.cubic"
    case openCVArea = "opencv.area"
    case openCVLanczos4 = "opencv.lanczos4"
  }

  package var path: String
  /// Height and width of the input, in pixels.
  package var height: Int
  package var width: Int
  package var channels: Channels = .gray
  /// Pixel values 0...255 are mapped linearly to this range before `mean` and `standardDeviation`.
  package var rangeLower = 0.0
  package var rangeUpper = 1.0
  package var mean: [Double] = [0]
  package var standardDeviation: [Double] = [1]
  package var resize: Resize = .bilinear
  package var layout: Layout = .nchw
  package var preprocessing = PreprocessingSpecification()
  /// Finding to index in the model's (flattened per-image) output.
  package var outputs: [String: Int]
  package var activation: Activation = .sigmoid

  package init(path: String, height: Int, width: Int, outputs: [String: Int]) {
    self.path = path
    self.height = height
    self.width = width
    self.outputs = outputs
  }
}

extension OnnxSpecification: ClassifierKind, ReadableClassifierKind {
  package static let key: String? = "onnx"
  package static let ownKeys = ["input", "outputs", "activation"]
  package static let reportName = "onnx"

  package var origin: ScoreOrigin { .images }
  package var declaredFindings: [String] { outputs.keys.sorted() }
  package var files: [String] { [path] }

  package var canonicalText: String {
    let outputs = outputs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return " \(width)x\(height) \(channels) \(rangeLower) \(rangeUpper) \(mean) "
      + "\(standardDeviation) \(resize) \(layout) \(activation) \(outputs)"
      + preprocessing.canonicalText
  }

  package var summary: String {
    "\((path as NSString).lastPathComponent), \(width)×\(height) \(channels.rawValue) input, "
      + "\(activation.rawValue) activation"
  }

  package func source(withFiles files: [String]) -> ClassifierSpecification.Source {
    var moved = self
    moved.path = files.first ?? path
    return .onnx(moved)
  }

  static func source(from object: ObjectReader) -> ClassifierSpecification.Source? {
    readOnnx(object).map { .onnx($0) }
  }

  private static func readOnnx(_ object: ObjectReader) -> OnnxSpecification? {
    let path = object.string("onnx")
    let hasInput = object.require(
      "input", example: "{ \"size\": [224, 224], \"channels\": \"gray\" }")
    let hasOutputs = object.require("outputs", example: "{ \"Cardiomegaly\": 0 }")
    let outputs = hasOutputs ? readOutputs(object) : nil
    let activation = object.choice("activation", OnnxSpecification.Activation.self)
    guard hasInput, let input = object.object("input") else { return nil }
    input.allowOnly(
      ["size", "channels", "range", "mean", "std", "resize", "layout"]
        + PreprocessingSpecification.keys)
    let size = readSize(input)
    guard let path, let outputs, let size else { return nil }

    var onnx = OnnxSpecification(
      path: path, height: size.height, width: size.width, outputs: outputs)
    onnx.activation = activation ?? onnx.activation
    onnx.channels = input.choice("channels", OnnxSpecification.Channels.self) ?? onnx.channels
    onnx.resize = input.choice("resize", OnnxSpecification.Resize.self) ?? onnx.resize
    onnx.preprocessing = PreprocessingSpecification(
      input, height: size.height, width: size.width)
    onnx.layout = input.choice("layout", OnnxSpecification.Layout.self) ?? onnx.layout
    if let range = readNumbers(input, "range", "that is finite", { _ in true }) {
      if range.count == 2, range[0] < range[1] {
        (onnx.rangeLower, onnx.rangeUpper) = (range[0], range[1])
      } else {
        input.fault("range", "must be two ascending numbers such as [0, 1]")
      }
    }
    let channelCount = onnx.channels == .gray ? 1 : 3
    onnx.mean = readPerChannel(input, "mean", channelCount, default: 0, "that is finite") { _ in
      true
    }
    onnx.standardDeviation =
      readPerChannel(input, "std", channelCount, default: 1, "above 0") { $0 > 0 }
    return onnx
  }

  private static func readOutputs(_ object: ObjectReader) -> [String: Int]? {
    guard let outputs = object.object("outputs") else { return nil }
    guard !outputs.members.isEmpty else {
      object.fault(
        "outputs", "must not be empty; give finding and index, such as { \"Effusion\": 0 }")
      return nil
    }
    var indices: [String: Int] = [:]
    for member in outputs.members {
      outputs.checkName(member.name, outputs.keyPath, at: member.position)
      indices[member.name] = outputs.integer(
        member.value, outputs.path(member.name), in: 0...1_000_000)
    }
    var taken: [Int: String] = [:]
    for member in outputs.members {
      guard let index = indices[member.name] else { continue }
      if let other = taken.updateValue(member.name, forKey: index) {
        outputs.fault(
          member.name, "is the output \(index), which '\(other)' has too; give each its own")
      }
    }
    return indices.count == outputs.members.count ? indices : nil
  }

  private static func readSize(_ input: ObjectReader) -> (height: Int, width: Int)? {
    guard input.require("size", example: "[224, 224]"), let elements = input.list("size") else {
      return nil
    }
    guard elements.count == 2 else {
      input.fault("size", "must be [height, width]; found \(elements.count) values")
      return nil
    }
    let sides = elements.compactMap { input.integer($0.value, $0.keyPath, in: 1...8192) }
    return sides.count == 2 ? (height: sides[0], width: sides[1]) : nil
  }

  /// One number per channel; a single one counts for every channel.
  private static func readPerChannel(
    _ input: ObjectReader, _ key: String, _ channelCount: Int, default absent: Double,
    _ rule: String,
    _ isAllowed: (Double) -> Bool
  ) -> [Double] {
    guard let numbers = readNumbers(input, key, rule, isAllowed) else {
      return Array(repeating: absent, count: channelCount)
    }
    if numbers.count == channelCount { return numbers }
    if numbers.count == 1 { return Array(repeating: numbers[0], count: channelCount) }
    let kind = channelCount == 1 ? "\"gray\" has 1 channel" : "\"rgb\" has 3 channels"
    input.fault(key, "has \(numbers.count) numbers but \(kind)")
    return Array(repeating: absent, count: channelCount)
  }

  private static func readNumbers(
    _ object: ObjectReader, _ key: String, _ rule: String, _ isAllowed: (Double) -> Bool
  ) -> [Double]? {
    guard let elements = object.list(key) else { return nil }
    let numbers = elements.compactMap { object.number($0.value, $0.keyPath, rule, isAllowed) }
    return numbers.count == elements.count ? numbers : nil
  }
}
