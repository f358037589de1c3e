import Basics
import Foundation
import Tensors

// Prints ratios against peers that do the same work in turn. Run it with nothing else going on.
//
//   audit-bench                     all lines of the table
//   audit-bench gemm vae-512        the lines whose key begins with one of these words
//   audit-bench statistics [PART]   the fairness statistics against scikit-learn, fairlearn and pROC;
//                                   parts: real, counterfactual, peers
//   audit-bench images              decoding and resizing of JPEG files against Pillow
//   audit-bench precision           grey levels between bf16 and fp32, by sampler, on the built-in model
//   audit-bench weights FOLDER MODEL [safetensors|torch] [DEPTH]
//                                   a full-size checkpoint of random numbers

func comparisons(_ peer: PeerProcess) -> [Comparison] {
  let shapes = [
    (2048, 1152, 1152), (2048, 1152, 3456), (2048, 1152, 4608), (2048, 4608, 1152),
    (896, 192, 768), (896, 768, 192),
  ]
  // Optional, as everywhere: without the library its lines are not there.
  let library = try? OneDNN()
  return shapes.map { matrixProduct(rows: $0.0, inputs: $0.1, outputs: $0.2) }
    + shapes.flatMap { shape in
      library.map { [libraryProduct(rows: shape.0, inputs: shape.1, outputs: shape.2, $0)] } ?? []
    } + [
      attentionComparison(peer),
      denoisingStep(resolution: 256, precision: .fp32, peer),
      denoisingStep(resolution: 256, precision: .bf16, peer),
      denoisingStep(resolution: 512, precision: .fp32, peer),
      denoisingStep(resolution: 512, precision: .bf16, peer),
      textEncoding(prompts: 1, peer), textEncoding(prompts: 60, peer),
      decoding(resolution: 256, peer), decoding(resolution: 512, peer),
      cohort(sharedSteps: 0, peer), cohort(sharedSteps: 10, peer),
      startUp(peer), areaUnderCurve(count: 20_000),
    ]
}

func bench(_ words: [String]) throws {
  let peer = try PeerProcess()
  let chosen = comparisons(peer).filter { line in
    words.isEmpty || words.contains { line.key.hasPrefix($0) }
  }
  guard !chosen.isEmpty else {
    let keys = comparisons(peer).map(\.key).joined(separator: ", ")
    throw AuditFailure("no line of the table begins so", hint: "the lines are \(keys)")
  }
  let peak = measuredPeak()
  print(
    String(
      format: "Peak: %.0f GFLOP/s in fp32, kernels %@. Peer: %@.\n", peak / 1e9,
      kernelLevelName(), try peer.versions()))
  print(Comparison.heading)
  for line in chosen {
    print(try line.measured(peak: peak))
    fflush(nil)
  }
}

func writeWeights(_ words: [String]) throws {
  guard words.count >= 2, let model = WriteWeights.Model(rawValue: words[1]) else {
    let models = WriteWeights.Model.allCases.map(\.rawValue).joined(separator: ", ")
    throw AuditFailure("'weights' takes a folder and one of \(models)", kind: .usage)
  }
  var task = WriteWeights(model: model, folder: words[0])
  for word in words.dropFirst(2) {
    if let format = WriteWeights.Format(rawValue: word) {
      task.format = format
    } else if let depth = Int(word), (2...64).contains(depth) {
      task.depth = depth
    } else {
      throw AuditFailure("'\(word)' is neither safetensors, torch nor a depth", kind: .usage)
    }
  }
  let paths = try task.run { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }
  print(paths.joined(separator: "\n"))
}

do {
  let words = Array(CommandLine.arguments.dropFirst())
  if words.first == "weights" {
    try writeWeights(Array(words.dropFirst()))
  } else if words.first == "precision" {
    try PrecisionBench.run()
  } else if words.first == "images" {
    try ImageBench.run()
  } else if words.first == "statistics" {
    try StatisticsBench.run(Array(words.dropFirst()))
  } else {
    try bench(words)
  }
} catch let failure as AuditFailure {
  FileHandle.standardError.write(Data((failure.description + "\n").utf8))
  exit(2)
}
