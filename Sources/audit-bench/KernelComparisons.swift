import COpenBLAS
import Foundation
import Randomness
import Statistics
import Tensors

func normals(_ shape: [Int], _ name: String) -> Tensor {
  var stream = RandomStream(seed: 1, path: ["bench", name])
  return Tensor(stream.normals(shape.reduce(1, *)), shape: shape)
}

/// `[rows, inputs]` times the transpose of `[outputs, inputs]`, as every Linear of the transformer.
func matrixProduct(rows: Int, inputs: Int, outputs: Int) -> Comparison {
  Comparison(
    key: "gemm-\(rows)-\(inputs)-\(outputs)", name: "linear \(rows) × \(inputs) → \(outputs)",
    operations: 2 * Double(rows) * Double(inputs) * Double(outputs), pairs: 9,
    peerName: "OpenBLAS"
  ) {
    let tokens = normals([rows, inputs], "tokens")
    let weight = normals([outputs, inputs], "weight")
    let workspace = Workspace()
    var result = [Float](repeating: 0, count: rows * outputs)
    return Comparison.Sides(
      ours: { workspace.use { seconds { _ = tokens.linear(weight: weight) } } },
      peer: {
        seconds {
          tokens.withUnsafePointer { a in
            weight.withUnsafePointer { b in
              cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(outputs),
                Int32(inputs), 1, a, Int32(inputs), b, Int32(inputs), 0, &result, Int32(outputs))
            }
          }
        }
      })
  }
}

/// The same map by oneDNN, which `"matrixEngine": "onednn"` puts in its place.
func libraryProduct(rows: Int, inputs: Int, outputs: Int, _ library: OneDNN) -> Comparison {
  Comparison(
    key: "onednn-\(rows)-\(inputs)-\(outputs)", name: "linear \(rows) × \(inputs) → \(outputs)",
    operations: 2 * Double(rows) * Double(inputs) * Double(outputs), pairs: 9,
    peerName: "oneDNN \(library.version)"
  ) {
    let tokens = normals([rows, inputs], "tokens")
    let weight = normals([outputs, inputs], "weight")
    let workspace = Workspace()
    let engine = MatrixEngine.oneDNN(library)
    return Comparison.Sides(
      ours: { workspace.use { seconds { _ = tokens.linear(weight: weight) } } },
      peer: { workspace.use { engine.use { seconds { _ = tokens.linear(weight: weight) } } } })
  }
}

/// Self-attention of a guidance pair of DiT-XL/2 at 512 pixels.
func attentionComparison(_ peer: PeerProcess) -> Comparison {
  let (rows, heads, tokens, width) = (2, 16, 1024, 72)
  return Comparison(
    key: "attention", name: "attention 2 × 16 heads × 1024 tokens × 72",
    operations: 4 * Double(rows * heads * tokens * tokens * width), pairs: 7, peerName: "PyTorch"
  ) {
    let projected = normals([rows, tokens, 3 * heads * width], "projected")
    let workspace = Workspace()
    try peer.load(["attention"] + [rows, heads, tokens, width].map(String.init))
    return Comparison.Sides(
      ours: {
        workspace.use {
          seconds {
            _ = attention(
              queries: HeadView(projected), keys: HeadView(projected, column: heads * width),
              values: HeadView(projected, column: 2 * heads * width), batch: rows,
              queryCount: tokens, keyCounts: [tokens, tokens], heads: heads, headWidth: width,
              scale: 1 / Float(width).squareRoot())
          }
        }
      }, peer: peer.run)
  }
}

/// AUC of many scores: midranks in one pass against the definition's pairs.
func areaUnderCurve(count: Int) -> Comparison {
  Comparison(key: "auc", name: "AUC of \(count) scores", peerName: "all pairs") {
    var stream = RandomStream(seed: 1, path: ["bench", "scores"])
    let labels = (0..<count).map { _ in stream.uniform() < 0.2 }
    let scores = labels.map { stream.normal() + ($0 ? 1 : 0) }
    let positives = zip(scores, labels).filter(\.1).map(\.0)
    let negatives = zip(scores, labels).filter { !$0.1 }.map(\.0)
    return Comparison.Sides(
      ours: { seconds { _ = areaUnderROC(scores: scores, labels: labels) } },
      peer: {
        seconds {
          var wins = 0.0
          for positive in positives {
            for negative in negatives {
              wins += positive > negative ? 1 : positive == negative ? 0.5 : 0
            }
          }
          precondition(wins > 0)
        }
      })
  }
}
