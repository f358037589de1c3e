import AuditModel
import Basics

extension GeneratorSpecification.TimestepSpacing {
  /// The timesteps of a sampler that ends on its cleanest one, ascending.
  ///
  /// - `linspace`: from 0 to 999, both kept; the reference's respacing `"N"`.
  /// - `leading`: 0, s, 2s …; the reference's `"ddimN"`, which needs a whole stride s that gives
  ///   exactly N steps (diffusers takes the largest stride and leaves the noisiest levels out).
  /// - `trailing`: down from 999 by 1000 / N, rounded half to even, as diffusers.
  /// - Throws: `AuditFailure` when there are no such steps.
  func timesteps(count: Int) throws -> [Int] {
    let trained = NoiseSchedule.trainedStepCount
    guard (1...trained).contains(count) else { throw Self.impossible(count, most: trained) }
    switch self {
    case .linspace: return try Respacing.sections([count]).timesteps()
    case .leading: return try Respacing.strided(count).timesteps()
    case .trailing: return trailing(count)
    }
  }

  /// The timesteps of a solver that goes on from its last one to no noise at all, ascending.
  ///
  /// One more is cut and the cleanest left out, so that 0 is not visited.
  /// - SeeAlso: diffusers' `DPMSolverMultistepScheduler.set_timesteps`.
  func solverTimesteps(count: Int) throws -> [Int] {
    let trained = NoiseSchedule.trainedStepCount
    guard (1..<trained).contains(count) else { throw Self.impossible(count, most: trained - 1) }
    switch self {
    case .linspace:
      let stride = Double(trained - 1) / Double(count)
      return (1...count).map { Int((Double($0) * stride).rounded(.toNearestOrEven)) }
    case .leading:
      let stride = trained / (count + 1)
      return (1...count).map { $0 * stride }
    case .trailing: return trailing(count)
    }
  }

  private func trailing(_ count: Int) -> [Int] {
    let trained = Double(NoiseSchedule.trainedStepCount)
    let stride = trained / Double(count)
    return (0..<count).reversed().map {
      Int((trained - Double($0) * stride).rounded(.toNearestOrEven)) - 1
    }
  }

  private static func impossible(_ count: Int, most: Int) -> AuditFailure {
    AuditFailure("this sampler takes 1 to \(most) steps, not \(count)")
  }
}
