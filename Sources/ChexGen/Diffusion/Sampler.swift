import AuditModel
import Foundation
import Tensors

/// A rule that takes latents from one noise level to the next.
package protocol Sampler: Sendable {
  /// The trained timesteps in visiting order, noisiest first.
  var timesteps: [Int] { get }

  /// One step.
  ///
  /// - Parameters:
  ///   - index: 0 ..< `timesteps.count`, in order.
  ///   - latents: `[rows, channels, height, width]`.
  ///   - prediction: `[rows, outputChannels, height, width]`, after guidance: noise, then variance
  ///     values where learned.
  ///   - noise: Standard normal values shaped as `latents`; called only where needed.
  mutating func step(
    _ index: Int, latents: Tensor, prediction: Tensor, noise: () -> Tensor
  ) -> SamplerStep

  /// Follows a change of the batch: row `i` continues what was row `indices[i]`.
  mutating func gatherRows(_ indices: [Int])
}

extension Sampler {
  /// Nothing to follow for a rule that remembers nothing.
  package mutating func gatherRows(_ indices: [Int]) {}
}

/// What a sampler gives back for one step; both `[rows, channels, height, width]`.
package struct SamplerStep: Sendable {
  package var latents: Tensor
  /// The clean latents as the model predicts them at this step.
  package var predictedClean: Tensor
}

/// Ancestral sampling with the learned variance between two bounds, the reference's sampler.
///
/// Coefficients are looked up in double precision and rounded to single, the clean prediction is
/// not clamped, and neither is the variance value.
///
/// - SeeAlso: Nichol and Dhariwal 2021, equation 15.
package struct AncestralSampler: Sampler {
  package let schedule: NoiseSchedule
  package var timesteps: [Int] { schedule.timesteps.reversed() }

  /// - Throws: `AuditFailure` when the spacing has no such steps.
  package init(
    stepCount: Int, spacing: GeneratorSpecification.TimestepSpacing = .linspace
  ) throws {
    schedule = NoiseSchedule(keeping: try spacing.timesteps(count: stepCount))
  }

  package init(schedule: NoiseSchedule) { self.schedule = schedule }

  package mutating func step(
    _ index: Int, latents: Tensor, prediction: Tensor, noise: () -> Tensor
  ) -> SamplerStep {
    let i = schedule.stepCount - 1 - index
    let cumulative = schedule.alphasCumulative[i]
    let fromLatents = Float((1 / cumulative).squareRoot())
    let fromNoise = Float((1 / cumulative - 1).squareRoot())
    let coefficient1 = Float(schedule.posteriorMeanCoefficient1[i])
    let coefficient2 = Float(schedule.posteriorMeanCoefficient2[i])
    let largestLog = Float(log(schedule.betas[i]))
    let smallestLog = Float(schedule.posteriorLogVarianceClipped[i])
    let drawn = i == 0 ? nil : noise().values

    let split = PredictionSplit(prediction, latents: latents)
    var clean = Tensor(uninitialized: latents.shape)
    var next = Tensor(uninitialized: latents.shape)
    clean.withUnsafeMutablePointer { clean in
      next.withUnsafeMutablePointer { next in
        split.forEach { place, x, predictedNoise, variance in
          let x0 = fromLatents * x - fromNoise * predictedNoise
          clean[place] = x0
          var value = coefficient1 * x0 + coefficient2 * x
          if let drawn {
            let fraction = (variance + 1) / 2
            let logVariance = fraction * largestLog + (1 - fraction) * smallestLog
            value += exponential(0.5 * logVariance) * drawn[place]
          }
          next[place] = value
        }
      }
    }
    return SamplerStep(latents: next, predictedClean: clean)
  }
}

/// Deterministic DDIM (eta 0); the last step returns the clean latents.
///
/// Each step goes to the next timestep of the list; diffusers goes down by 1000 / N, which is the
/// same where N divides 1000.
/// - SeeAlso: Song et al. 2021, equation 12; equal to diffusers with leading spacing.
package struct DDIMSampler: Sampler {
  package let schedule: NoiseSchedule
  package var timesteps: [Int] { schedule.timesteps.reversed() }

  /// - Throws: `AuditFailure` when no whole stride gives this many steps.
  package init(
    stepCount: Int, spacing: GeneratorSpecification.TimestepSpacing = .leading
  ) throws {
    schedule = NoiseSchedule(keeping: try spacing.timesteps(count: stepCount))
  }

  package init(schedule: NoiseSchedule) { self.schedule = schedule }

  package mutating func step(
    _ index: Int, latents: Tensor, prediction: Tensor, noise: () -> Tensor
  ) -> SamplerStep {
    let i = schedule.stepCount - 1 - index
    let cumulative = schedule.alphasCumulative[i]
    let previous = schedule.alphasCumulativePrevious[i]
    let fromLatents = Float((1 / cumulative).squareRoot())
    let fromNoise = Float((1 / cumulative - 1).squareRoot())
    let toClean = Float(previous.squareRoot())
    let toNoise = Float((1 - previous).squareRoot())

    let split = PredictionSplit(prediction, latents: latents)
    var clean = Tensor(uninitialized: latents.shape)
    var next = Tensor(uninitialized: latents.shape)
    clean.withUnsafeMutablePointer { clean in
      next.withUnsafeMutablePointer { next in
        split.forEach { place, x, predictedNoise, _ in
          let x0 = fromLatents * x - fromNoise * predictedNoise
          clean[place] = x0
          // The reference derives the noise anew from the clean prediction.
          next[place] = x0 * toClean + toNoise * ((fromLatents * x - x0) / fromNoise)
        }
      }
    }
    return SamplerStep(latents: next, predictedClean: clean)
  }
}

/// The second-order multistep solver DPM-Solver++(2M), midpoint rule.
///
/// - SeeAlso: Lu et al. 2022, algorithm 2; diffusers' defaults with a final noise level of zero.
package struct DPMSolverPlusPlus2M: Sampler {
  package let timesteps: [Int]
  /// Scale and noise of the latents at each step, then at the end: `x = scale · clean + noise · ε`.
  private let scales: [Double]
  private let noises: [Double]
  private var previousClean: Tensor?

  /// - Throws: `AuditFailure` when the spacing has no such steps.
  package init(
    stepCount: Int, spacing: GeneratorSpecification.TimestepSpacing = .linspace
  ) throws {
    let trained = NoiseSchedule.trained
    timesteps = try spacing.solverTimesteps(count: stepCount).reversed()
    let ratios = timesteps.map {
      ((1 - trained.alphasCumulative[$0]) / trained.alphasCumulative[$0]).squareRoot()
    }
    scales = ratios.map { 1 / (1 + $0 * $0).squareRoot() } + [1]
    noises = zip(ratios, scales).map { $0 * $1 } + [0]
  }

  package mutating func step(
    _ index: Int, latents: Tensor, prediction: Tensor, noise: () -> Tensor
  ) -> SamplerStep {
    let (scale, level) = (Float(scales[index]), Float(noises[index]))
    let split = PredictionSplit(prediction, latents: latents)
    var clean = Tensor(uninitialized: latents.shape)
    clean.withUnsafeMutablePointer { clean in
      split.forEach { place, x, predictedNoise, _ in
        clean[place] = (x - level * predictedNoise) / scale
      }
    }
    defer { previousClean = clean }
    guard index + 1 < timesteps.count else {
      return SamplerStep(latents: clean, predictedClean: clean)
    }
    func logRatio(_ i: Int) -> Double { log(scales[i] / noises[i]) }
    let h = logRatio(index + 1) - logRatio(index)
    let keep = Float(noises[index + 1] / noises[index])
    let gain = Float(-scales[index + 1] * expm1(-h))
    let correction =
      index == 0 ? 0 : Float(h / (2 * (logRatio(index) - logRatio(index - 1))))
    let before = (previousClean ?? clean).values

    var next = Tensor(uninitialized: latents.shape)
    next.withUnsafeMutablePointer { next in
      clean.withUnsafePointer { clean in
        latents.withUnsafePointer { x in
          for i in 0..<latents.count {
            let direction = clean[i] + correction * (clean[i] - before[i])
            next[i] = keep * x[i] + gain * direction
          }
        }
      }
    }
    return SamplerStep(latents: next, predictedClean: clean)
  }
}

extension DPMSolverPlusPlus2M {
  package mutating func gatherRows(_ indices: [Int]) {
    previousClean = previousClean?.gatheringRows(indices)
  }
}

/// Walks latents beside the two halves of a prediction: noise and variance values.
private struct PredictionSplit {
  let prediction: Tensor
  let latents: Tensor

  init(_ prediction: Tensor, latents: Tensor) {
    precondition(
      prediction.shape[0] == latents.shape[0] && prediction.shape[1] >= latents.shape[1]
        && prediction.shape.dropFirst(2) == latents.shape.dropFirst(2),
      "a prediction \(prediction.shape) does not fit latents \(latents.shape)")
    self.prediction = prediction
    self.latents = latents
  }

  /// Calls `body(place, latent, predictedNoise, varianceValue)`; the variance is 0 if not learned.
  @inline(__always)
  func forEach(_ body: (Int, Float, Float, Float) -> Void) {
    let stride = latents.count / max(1, latents.shape[0])
    let outputStride = prediction.count / max(1, latents.shape[0])
    let learned = prediction.shape[1] >= 2 * latents.shape[1]
    latents.withUnsafePointer { x in
      prediction.withUnsafePointer { p in
        for row in 0..<latents.shape[0] {
          let output = p + row * outputStride
          for i in 0..<stride {
            let place = row * stride + i
            body(place, x[place], output[i], learned ? output[stride + i] : 0)
          }
        }
      }
    }
  }
}
