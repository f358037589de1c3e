import Basics

extension SpecificationReader {
  static let classifierKeys = [
    "name", "onnx", "command", "scores", "input", "outputs", "activation", "batch",
    "timeoutSeconds", "key", "format", "files",
    "version",
  ]

  func readClassifiers(_ top: ObjectReader, key: String, real: RealCohortSpecification?)
    -> [ClassifierSpecification]
  {
    guard let elements = top.list(key) else { return [] }
    let readers = elements.compactMap {
      ObjectReader($0.value, keyPath: $0.keyPath, faults: faults)
    }
    return readers.compactMap { readClassifier($0, real: real) }
  }

  private func readClassifier(_ object: ObjectReader, real: RealCohortSpecification?)
    -> ClassifierSpecification?
  {
    object.allowOnly(Self.classifierKeys)
    guard let name = object.requiredString("name", example: "\"mine\"") else { return nil }
    object.checkName(name, object.path("name"), at: object.position(of: "name"))

    let given = ["onnx", "command", "scores"].filter(object.has)
    guard given.count <= 1 else {
      let listed = given.map { "'\($0)'" }.joined(separator: " and ")
      object.fault(
        given[1],
        "is a second source for the classifier \"\(name)\": \(listed) exclude"
          + " each other; keep one")
      return nil
    }
    noteStrayKeys(of: object, source: given.first)
    let source: ClassifierSpecification.Source? =
      switch given.first {
      case "onnx": readOnnx(object).map { .onnx($0) }
      case "command": readCommand(object).map { .command($0) }
      case "scores": object.string("scores").map { .scores(path: $0) }
      default:
        if real?.scores[name] != nil { .realTable } else { noteMissingSource(object, name, real) }
      }
    var classifier = source.map { ClassifierSpecification(name: name, source: $0) }
    switch classifier?.source {
    case .scores:
      classifier?.scoreColumns = real?.scores[name] ?? [:]
      classifier?.scoreFormat = readFormat(object)
      classifier?.scoreKey = object.string("key") ?? "image"
    case .onnx, .command:
      if real?.scores[name] != nil {
        object.fault(
          given[0],
          "is a second source for the classifier \"\(name)\": real.columns.scores names it too;"
            + " keep one")
      }
    case .realTable, nil: break
    }
    return classifier
  }

  private func noteMissingSource(
    _ object: ObjectReader, _ name: String, _ real: RealCohortSpecification?
  ) -> ClassifierSpecification.Source? {
    let nearest = real.flatMap { nearestName(to: name, in: $0.scores.keys.sorted()) }
    let advice =
      nearest.map { "real.columns.scores has '\($0)'; did you mean that?" }
      ?? "add 'onnx', 'command' or 'scores', or name its columns under real.columns.scores"
    faults.add("\(object.keyPath) (\"\(name)\") has no scores: \(advice)", at: object.position)
    return nil
  }

  /// Keys that belong to another kind of classifier would be ignored in silence.
  private func noteStrayKeys(of object: ObjectReader, source: String?) {
    let owners = [
      "input": "onnx", "outputs": "onnx", "activation": "onnx", "batch": "command",
      "timeoutSeconds": "command", "files": "command", "version": "command", "key": "scores",
      "format": "scores",
    ]
    for member in object.members {
      guard let owner = owners[member.name], owner != source else { continue }
      object.fault(member.name, "belongs to classifiers with '\(owner)'; remove it")
    }
  }

  private func readCommand(_ object: ObjectReader) -> CommandSpecification? {
    guard let elements = object.list("command") else { return nil }
    let arguments = elements.compactMap { element -> String? in
      // An empty argument is legal for a program, except as its name.
      if case .string("") = element.value.content, element.keyPath.hasSuffix("[0]") == false {
        return ""
      }
      return object.string(element.value, element.keyPath)
    }
    guard arguments.count == elements.count else { return nil }
    var command = CommandSpecification(arguments: arguments)
    command.files = object.strings("files") ?? []
    command.version = object.string("version")
    command.batch = object.integer("batch", in: 1...100_000) ?? command.batch
    command.timeoutSeconds =
      object.number("timeoutSeconds", "above 0 and at most 86400") { $0 > 0 && $0 <= 86_400 }
      ?? command.timeoutSeconds
    return command
  }

  private func readOnnx(_ object: ObjectReader) -> OnnxSpecification? {
    let path = object.string("onnx")
    let hasInput = object.require(
      "input", example: "{ \"size\": [224, 224], \"channels\": \"gray\" }")
    let hasOutputs = object.require("outputs", example: "{ \"Cardiomegaly\": 0 }")
    let outputs = hasOutputs ? readOutputs(object) : nil
    let activation = object.choice("activation", OnnxSpecification.Activation.self)
    guard hasInput, let input = object.object("input") else { return nil }
    input.allowOnly(["size", "channels", "range", "mean", "std", "resize", "layout"])
    let size = readSize(input)
    guard let path, let outputs, let size else { return nil }

    var onnx = OnnxSpecification(
      path: path, height: size.height, width: size.width, outputs: outputs)
    onnx.activation = activation ?? onnx.activation
    onnx.channels = input.choice("channels", OnnxSpecification.Channels.self) ?? onnx.channels
    onnx.resize = input.choice("resize", OnnxSpecification.Resize.self) ?? onnx.resize
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

  private func readOutputs(_ object: ObjectReader) -> [String: Int]? {
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
    return indices.count == outputs.members.count ? indices : nil
  }

  private func readSize(_ input: ObjectReader) -> (height: Int, width: Int)? {
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
  private func readPerChannel(
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

  private func readNumbers(
    _ object: ObjectReader, _ key: String, _ rule: String, _ isAllowed: (Double) -> Bool
  ) -> [Double]? {
    guard let elements = object.list(key) else { return nil }
    let numbers = elements.compactMap { object.number($0.value, $0.keyPath, rule, isAllowed) }
    return numbers.count == elements.count ? numbers : nil
  }
}
