import AuditModel
import Basics
import Foundation

/// From a model's output tensors to one score per finding.
struct OnnxReadout {
  let path: String
  let specification: OnnxSpecification
  /// The findings that are read, each with the output it stands in.
  private let places: [(finding: String, output: String, index: [Int])]

  /// Checks the places against the shapes that the model declares, as far as these are known.
  /// - Parameter outputs: The outputs that the findings stand in.
  init(_ specification: OnnxSpecification, findings: [String], outputs: [OnnxPort], path: String)
    throws
  {
    self.path = path
    self.specification = specification
    places = findings.compactMap { finding in
      specification.outputs[finding].map { place in
        (finding, place.output ?? specification.output ?? outputs.first?.name ?? "", place.index)
      }
    }
    for port in outputs where port.valuesPerImage != nil {
      let shape = port.shape.map { Int($0) }
      try check(shape: shape.count > 1 ? shape : [1] + shape, output: port.name)
    }
  }

  /// - Throws: ``AuditFailure`` where a place is not in a tensor of this shape, or not one place.
  func check(shape: [Int], output: String) throws {
    let dimensions = Array(shape.dropFirst())
    let count = dimensions.reduce(1, *)
    let wide = dimensions.filter { $0 > 1 }.count
    let all = specification.outputs.sorted { $0.key < $1.key }.filter {
      ($0.value.output ?? specification.output ?? output) == output
    }
    for (finding, place) in all {
      let index = place.index
      if index.count == 1, dimensions.count != 1 {
        guard wide <= 1 else {
          let example = dimensions.map { _ in "0" }.joined(separator: ", ")
          throw AuditFailure(
            "the ONNX model \(path) gives \(dimensions.map(String.init).joined(separator: " × ")) "
              + "numbers per image in '\(output)', and \(index[0]) does not say which is "
              + "'\(finding)'",
            hint:
              "give one index per dimension after the image, such as \"\(finding)\": [\(example)]")
        }
      } else if index.count != dimensions.count {
        throw AuditFailure(
          "the ONNX model \(path) gives numbers of \(dimensions.count) dimensions per image in "
            + "'\(output)', and the place of '\(finding)' has \(index.count)",
          hint: "correct 'outputs'")
      }
      let isInside =
        index.count == 1
        ? index[0] < count : zip(index, dimensions).allSatisfy { $0 < $1 }
      guard isInside, index.allSatisfy({ $0 >= 0 }) else {
        throw AuditFailure(
          "the ONNX model \(path) gives \(count) numbers per image, but the spec puts '\(finding)' at "
            + "\(place.text); the first is 0 and the last \(count - 1)",
          hint: "correct 'outputs'")
      }
    }
    guard specification.activation == .softmax else { return }
    if let axis = specification.softmaxAxis {
      let place = axis < 0 ? shape.count + axis : axis
      guard (1..<shape.count).contains(place) else {
        throw AuditFailure(
          "the ONNX model \(path) gives [\(shape.map(String.init).joined(separator: ", "))], which has "
            + "no dimension \(axis) for softmax to sum over",
          hint: "'softmaxAxis' counts from the image's dimension, 0, or from the last, -1")
      }
    } else if wide > 1 {
      throw AuditFailure(
        "the ONNX model \(path) gives \(dimensions.map(String.init).joined(separator: " × ")) numbers "
          + "per image, and the spec does not say over which dimension softmax sums",
        hint: "add \"softmaxAxis\": -1 for the last")
    }
  }

  /// The scores of one image of a run.
  /// - Parameter tensors: By output, the first dimension is the image.
  /// - Throws: ``AuditFailure`` for a shape that does not fit and a score that is not finite.
  func scores(of image: Int, in tensors: [String: OnnxModel.Tensor], imagePath: String) throws
    -> [String: Double?]
  {
    var answer: [String: Double?] = [:]
    for place in places {
      guard let tensor = tensors[place.output] else { continue }
      let (raw, score) = try value(place.index, of: image, in: tensor)
      guard raw.isFinite, score.isFinite else {
        throw AuditFailure(
          "the ONNX model \(path) gave \(raw) for '\(place.finding)' on image \(imagePath)",
          hint: "a score must be a finite number; check the model's input range, mean and std")
      }
      answer[place.finding] = score
    }
    return answer
  }

  private func value(_ index: [Int], of image: Int, in tensor: OnnxModel.Tensor) throws
    -> (raw: Double, score: Double)
  {
    let dimensions = Array(tensor.shape.dropFirst())
    let count = dimensions.reduce(1, *)
    let start = image * count
    var place = 0
    if index.count == 1 {
      place = index[0]
    } else {
      for (position, size) in zip(index, dimensions) { place = place * size + position }
    }
    let raw = Double(tensor.values[start + place])
    switch specification.activation {
    case .none: return (raw, raw)
    case .sigmoid: return (raw, 1 / (1 + exp(-raw)))
    case .softmax:
      let row = softmaxRow(around: place, dimensions: dimensions).map {
        Double(tensor.values[start + $0])
      }
      let largest = row.max() ?? 0
      let sum = row.reduce(0) { $0 + exp($1 - largest) }
      return (raw, exp(raw - largest) / sum)
    }
  }

  /// The places of one image's numbers that softmax sums over, for the number at `place`.
  private func softmaxRow(around place: Int, dimensions: [Int]) -> [Int] {
    guard let axis = specification.softmaxAxis else {
      return Array(0..<dimensions.reduce(1, *))
    }
    let position = (axis < 0 ? dimensions.count + 1 + axis : axis) - 1
    let step = dimensions[(position + 1)...].reduce(1, *)
    let first = place - place / step % dimensions[position] * step
    return (0..<dimensions[position]).map { first + $0 * step }
  }
}
