import AuditModel
import Foundation

/// The numbers of a diffusion process, in double precision, least noisy step first.
///
/// A respaced schedule keeps some of the 1,000 trained timesteps and recomputes everything from
/// the betas that jump over the others.
///
/// - SeeAlso: Ho et al. 2020; Nichol and Dhariwal 2021, whose code the reference carries.
package struct NoiseSchedule: Sendable, Equatable {
  /// The trained timestep of each step, 0 ..< 1000, ascending.
  package let timesteps: [Int]
  package let betas: [Double]
  /// Products of `1 - beta` up to each step.
  package let alphasCumulative: [Double]
  package let alphasCumulativePrevious: [Double]
  package let alphasCumulativeNext: [Double]
  package let posteriorVariance: [Double]
  /// The log of the posterior variance, its first entry (log of zero) replaced by the second.
  package let posteriorLogVarianceClipped: [Double]
  package let posteriorMeanCoefficient1: [Double]
  package let posteriorMeanCoefficient2: [Double]

  package var stepCount: Int { timesteps.count }

  /// Steps of training.
  package static let trainedStepCount = 1000

  /// The linear betas 1e-4 … 0.02 of training.
  package static let trained: NoiseSchedule = {
    let count = trainedStepCount
    let (first, last) = (1e-4, 0.02)
    let step = (last - first) / Double(count - 1)
    let betas = (0..<count).map { $0 == count - 1 ? last : Double($0) * step + first }
    return NoiseSchedule(betas: betas, timesteps: Array(0..<count))
  }()

  /// The schedule that keeps these trained timesteps, ascending and distinct.
  package init(keeping timesteps: [Int]) {
    precondition(
      timesteps.allSatisfy { (0..<Self.trainedStepCount).contains($0) }
        && zip(timesteps, timesteps.dropFirst()).allSatisfy { $0 < $1 } && !timesteps.isEmpty,
      "timesteps must ascend within 0 ..< 1000")
    let trained = Self.trained.alphasCumulative
    var previous = 1.0
    let betas = timesteps.map { timestep -> Double in
      defer { previous = trained[timestep] }
      return 1 - trained[timestep] / previous
    }
    self.init(betas: betas, timesteps: timesteps)
  }

  /// A respacing as the reference's command line names it: `"100"`, `"10,20,30"` or `"ddim50"`.
  package init(respacing: String) throws {
    self.init(keeping: try Respacing(respacing).timesteps())
  }

  private init(betas: [Double], timesteps: [Int]) {
    var product = 1.0
    let cumulative = betas.map { beta -> Double in
      product *= 1 - beta
      return product
    }
    let previous = [1.0] + cumulative.dropLast()
    self.timesteps = timesteps
    self.betas = betas
    alphasCumulative = cumulative
    alphasCumulativePrevious = previous
    alphasCumulativeNext = cumulative.dropFirst() + [0.0]
    let variance = betas.indices.map {
      betas[$0] * (1 - previous[$0]) / (1 - cumulative[$0])
    }
    posteriorVariance = variance
    posteriorLogVarianceClipped = variance.indices.map {
      log($0 == 0 && variance.count > 1 ? variance[1] : variance[$0])
    }
    posteriorMeanCoefficient1 = betas.indices.map {
      betas[$0] * previous[$0].squareRoot() / (1 - cumulative[$0])
    }
    posteriorMeanCoefficient2 = betas.indices.map {
      (1 - previous[$0]) * (1 - betas[$0]).squareRoot() / (1 - cumulative[$0])
    }
  }
}
