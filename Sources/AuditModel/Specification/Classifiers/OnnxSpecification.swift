import Foundation

/// A classifier that is an ONNX file.
package struct OnnxSpecification: Sendable, Equatable {
  package enum Channels: String, Sendable, CaseIterable { case gray, rgb, bgr }
  package enum Activation: String, Sendable, CaseIterable { case none, sigmoid, softmax }
  /// What ONNX Runtime may rearrange before it runs; rounding may change with the level.
  package enum Optimisation: String, Sendable, CaseIterable { case none, basic, extended, all }
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

  /// What of ONNX Runtime computes; every one but the CPU's needs a library that has it.
  package enum Provider: String, Sendable, CaseIterable {
    case cpu, cuda, openvino, migraphx, xnnpack

    /// As ONNX Runtime names it.
    package var name: String {
      switch self {
      case .cpu: "CPU"
      case .cuda: "CUDA"
      case .openvino: "OpenVINO"
      case .migraphx: "MIGraphX"
      case .xnnpack: "XNNPACK"
      }
    }
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
  /// Finding to the place of its number.
  package var outputs: [String: OutputPlace]
  package var activation: Activation = .sigmoid
  /// Dimension over which softmax sums, counted with the image's as 0, or from the end as −1.
  package var softmaxAxis: Int?
  /// Name of the output of all findings that do not name one.
  package var output: String?
  /// Name of the input that is the image, where there are several.
  package var inputName: String?
  /// Values of the other inputs, the same for every image.
  package var constants: [String: [Double]] = [:]
  package var optimisation: Optimisation = .none
  /// Seconds that one run (an image, or the model's fixed batch) may take.
  package var timeoutSeconds = 300.0
  package var provider: Provider = .cpu
  /// Options of the provider, as ONNX Runtime names them.
  package var providerOptions: [String: String] = [:]

  package init(path: String, height: Int, width: Int, outputs: [String: OutputPlace]) {
    self.path = path
    self.height = height
    self.width = width
    self.outputs = outputs
  }
}

extension OnnxSpecification: ClassifierKind, ReadableClassifierKind {
  package static let key: String? = "onnx"
  package static let ownKeys = [
    "input", "outputs", "activation", "output", "softmaxAxis", "constants", "optimisation",
    "timeoutSeconds",
    "provider", "providerOptions",
  ]
  package static let reportName = "onnx"

  package var origin: ScoreOrigin { .images }
  package var declaredFindings: [String] { outputs.keys.sorted() }
  package var files: [String] { [path] }
  package static let fileName: String? = "model"
  package var answering: ClassifierSpecification.Source? {
    var described = self
    described.path = ""
    described.timeoutSeconds = 0
    return .onnx(described)
  }

  package var canonicalText: String {
    let outputs = outputs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }
    return " \(width)x\(height) \(channels) \(rangeLower) \(rangeUpper) \(mean) "
      + "\(standardDeviation) \(resize) \(layout) \(activation) \(outputs)"
      + preprocessing.canonicalText + departures
  }

  /// Options that are not at their defaults.
  private var departures: String {
    let constants = constants.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return (output.map { " output \($0)" } ?? "") + (inputName.map { " input \($0)" } ?? "")
      + (softmaxAxis.map { " axis \($0)" } ?? "") + (constants.isEmpty ? "" : " \(constants)")
      + (optimisation == .none ? "" : " \(optimisation.rawValue)")
      + (provider == .cpu ? "" : " provider \(provider.rawValue)")
      + providerOptions.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
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
    input.allowOnly(inputKeys)
    let size = readSize(input)
    guard let path, let outputs, let size else { return nil }

    var onnx = OnnxSpecification(
      path: path, height: size.height, width: size.width, outputs: outputs)
    onnx.activation = activation ?? onnx.activation
    onnx.output = object.string("output")
    onnx.inputName = input.string("name")
    onnx.optimisation = object.choice("optimisation", Optimisation.self) ?? onnx.optimisation
    onnx.timeoutSeconds =
      object.number("timeoutSeconds", "above 0 and at most 86400") { $0 > 0 && $0 <= 86_400 }
      ?? onnx.timeoutSeconds
    onnx.provider = object.choice("provider", Provider.self) ?? onnx.provider
    if object.has("providerOptions") {
      onnx.providerOptions = Dictionary(
        (object.stringMap("providerOptions") ?? []).map { ($0.name, $0.value) },
        uniquingKeysWith: { $1 })
      if onnx.provider == .cpu {
        object.fault("providerOptions", "are for another provider, which \"provider\" must name")
      }
    }
    onnx.softmaxAxis = object.integer("softmaxAxis", in: -5...5)
    if onnx.softmaxAxis != nil, onnx.activation != .softmax {
      object.fault("softmaxAxis", "belongs to \"activation\": \"softmax\"; add that or remove it")
    }
    onnx.constants = readConstants(object)
    onnx.readInput(input)
    return onnx
  }

  /// A model whose output is no list of findings: its file and its `input`, nothing else.
  static func readEncoder(from object: ObjectReader) -> OnnxSpecification? {
    let path = object.requiredString("onnx", example: "\"encoder.onnx\"")
    guard
      object.require("input", example: "{ \"size\": [224, 224], \"channels\": \"gray\" }"),
      let input = object.object("input")
    else { return nil }
    input.allowOnly(inputKeys)
    guard let path, let size = readSize(input) else { return nil }
    var onnx = OnnxSpecification(path: path, height: size.height, width: size.width, outputs: [:])
    onnx.activation = .none
    onnx.inputName = input.string("name")
    onnx.readInput(input)
    return onnx
  }

  private static let inputKeys =
    ["size", "channels", "range", "mean", "std", "resize", "layout"]
    + PreprocessingSpecification.keys + ["name"]

  /// Everything of `input` but its size and name.
  private mutating func readInput(_ input: ObjectReader) {
    channels = input.choice("channels", OnnxSpecification.Channels.self) ?? channels
    resize = Self.readResize(input) ?? resize
    preprocessing = PreprocessingSpecification(input, height: height, width: width)
    layout = input.choice("layout", OnnxSpecification.Layout.self) ?? layout
    if let range = Self.readNumbers(input, "range", "that is finite", { _ in true }) {
      if range.count == 2, range[0] < range[1] {
        (rangeLower, rangeUpper) = (range[0], range[1])
      } else {
        input.fault("range", "must be two ascending numbers such as [0, 1]")
      }
    }
    let channelCount = channels == .gray ? 1 : 3
    mean = Self.readPerChannel(input, "mean", channelCount, default: 0, "that is finite") { _ in
      true
    }
    standardDeviation =
      Self.readPerChannel(input, "std", channelCount, default: 1, "above 0") { $0 > 0 }
  }

  /// Pillow's methods may be written with its name, as reports write them.
  private static func readResize(_ input: ObjectReader) -> Resize? {
    if case .string(let text)? = input.member("resize")?.content, text.hasPrefix("pillow."),
      let method = Resize(rawValue: String(text.dropFirst(7))), !method.rawValue.contains(".")
    {
      return method
    }
    return input.choice("resize", Resize.self)
  }

  private static func readConstants(_ object: ObjectReader) -> [String: [Double]] {
    guard let constants = object.has("constants") ? object.object("constants") : nil else {
      return [:]
    }
    var values: [String: [Double]] = [:]
    for member in constants.members {
      if case .array = member.value.content {
        values[member.name] = readNumbers(constants, member.name, "that is finite") { _ in true }
      } else {
        values[member.name] = constants.number(member.name, "that is finite") { _ in true }.map {
          [$0]
        }
      }
    }
    return values
  }

  private static func readOutputs(_ object: ObjectReader) -> [String: OutputPlace]? {
    guard let outputs = object.object("outputs") else { return nil }
    guard !outputs.members.isEmpty else {
      object.fault(
        "outputs", "must not be empty; give finding and index, such as { \"Effusion\": 0 }")
      return nil
    }
    var indices: [String: OutputPlace] = [:]
    for member in outputs.members {
      outputs.checkName(member.name, outputs.keyPath, at: member.position)
      indices[member.name] = OutputPlace.read(
        member.value, outputs.path(member.name), in: outputs)
    }
    var taken: [OutputPlace: String] = [:]
    for member in outputs.members {
      guard let index = indices[member.name] else { continue }
      if let other = taken.updateValue(member.name, forKey: index) {
        outputs.fault(
          member.name, "is the output \(index.text), which '\(other)' has too; give each its own")
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
