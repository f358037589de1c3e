import COpenBLAS
import Foundation
import Randomness
import Statistics
import Tensors

// Prints ratios against a peer in the same process. Absolute times mean little on a shared machine;
// run it with nothing else going on.

func normals(_ shape: [Int], _ name: String) -> Tensor {
  var stream = RandomStream(seed: 1, path: ["bench", name])
  return Tensor(stream.normals(shape.reduce(1, *)), shape: shape)
}

/// `[rows, inputs]` times the transpose of `[outputs, inputs]`, as every Linear of the transformer.
func matrixProduct(rows: Int, inputs: Int, outputs: Int) -> SideBySide {
  let tokens = normals([rows, inputs], "tokens")
  let weight = normals([outputs, inputs], "weight")
  var result = [Float](repeating: 0, count: rows * outputs)
  return SideBySide(
    name: "linear \(rows) × \(inputs) → \(outputs)",
    operations: 2 * Double(rows) * Double(inputs) * Double(outputs),
    ours: { _ = tokens.linear(weight: weight) }, peerName: "OpenBLAS",
    peer: {
      tokens.withUnsafePointer { a in
        weight.withUnsafePointer { b in
          cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(outputs), Int32(inputs), 1,
            a, Int32(inputs), b, Int32(inputs), 0, &result, Int32(outputs))
        }
      }
    })
}

/// AUC of many scores: midranks in one pass against the definition's pairs on a part of them.
func areaUnderCurve(count: Int) -> SideBySide {
  var stream = RandomStream(seed: 1, path: ["bench", "scores"])
  let labels = (0..<count).map { _ in stream.uniform() < 0.2 }
  let scores = labels.map { stream.normal() + ($0 ? 1 : 0) }
  let positives = zip(scores, labels).filter(\.1).map(\.0)
  let negatives = zip(scores, labels).filter { !$0.1 }.map(\.0)
  return SideBySide(
    name: "AUC of \(count) scores", operations: 0,
    ours: { _ = areaUnderROC(scores: scores, labels: labels) }, peerName: "all pairs",
    peer: {
      var wins = 0.0
      for positive in positives {
        for negative in negatives {
          wins += positive > negative ? 1 : positive == negative ? 0.5 : 0
        }
      }
      precondition(wins > 0)
    })
}

if CommandLine.arguments.dropFirst().first == "statistics" {
  try StatisticsBench.run()
  exit(0)
}

print("| work | ours | peer | ours is |")
print("|---|---|---|---|")
for (rows, inputs, outputs) in [
  (1024, 1152, 1152), (1024, 1152, 3456), (1024, 1152, 4608), (1024, 4608, 1152), (896, 192, 768),
] {
  print(matrixProduct(rows: rows, inputs: inputs, outputs: outputs).measured())
}
print(areaUnderCurve(count: 20_000).measured())
