import AuditModel
import Basics
import Checkpoints
import Foundation
import Tensors
import Testing

@testable import ChexGen

/// The samplers and spacings that the reference lacks, against diffusers.
@Suite struct SamplerFamilyTests {
  typealias Spacing = GeneratorSpecification.TimestepSpacing

  private func fixture() throws -> JSONValue {
    try #require(FixtureFolder.bundled).sidecar("timestep_spacings")
  }

  @Test(arguments: Spacing.allCases) func timestepsEqualThoseOfDiffusers(_ spacing: Spacing) throws
  {
    let fixture = try fixture()
    for (kind, sampler) in [("solver", Rule.solver), ("ddim", .ddim)] {
      let lists = try #require(fixture[kind]?[spacing.rawValue]?.members)
      for list in lists {
        let count = try #require(Int(list.name))
        // The reference refuses one step: no stride below 1000 gives it.
        if kind == "ddim", spacing == .leading, count == 1 { continue }
        #expect(
          try sampler.make(count, spacing).timesteps == list.value["timesteps"]?.ints,
          "\(kind) \(spacing) \(count)")
      }
    }
  }

  /// A scalar process whose predicted noise is `0.5 x + 0.1 sin(t)`, to its end.
  @Test(arguments: Spacing.allCases) func endPointsEqualThoseOfDiffusers(_ spacing: Spacing) throws
  {
    let fixture = try fixture()
    var compared = 0
    for (kind, sampler) in [("solver", Rule.solver), ("ddim", .ddim)] {
      for list in try #require(fixture[kind]?[spacing.rawValue]?.members) {
        if kind == "ddim", spacing == .leading, list.name == "1" { continue }
        guard let expected = list.value["end"]?.elements?.compactMap(\.double) else { continue }
        var rule = try sampler.make(try #require(Int(list.name)), spacing)
        var x = Tensor([-1, -0.5, 0.5, 1, 2], shape: [1, 1, 1, 5])
        for (index, timestep) in rule.timesteps.enumerated() {
          let noise = x.values.map { 0.5 * $0 + 0.1 * Float(sin(Double(timestep))) }
          x =
            rule.step(index, latents: x, prediction: Tensor(noise, shape: x.shape)) {
              Tensor.zeros([1, 1, 1, 5])
            }.latents
        }
        // Both sides are single precision; 1 / sqrt(alpha) is up to 157 at the first step.
        let error = relativeError(x.values, expected.map(Float.init))
        #expect(error <= 2e-5, "\(kind) \(spacing) \(list.name)")
        compared += 1
      }
    }
    #expect(compared > 5)
  }

  @Test func impossibleStepsAreRefused() {
    for spacing in Spacing.allCases {
      for count in [0, -1, 1001] {
        #expect(throws: AuditFailure.self) { try spacing.timesteps(count: count) }
        #expect(throws: AuditFailure.self) { try spacing.solverTimesteps(count: count) }
      }
    }
    #expect(throws: AuditFailure.self) { try Spacing.leading.timesteps(count: 300) }
  }

  @Test func everySpacingVisitsDistinctTrainedTimesteps() throws {
    for spacing in Spacing.allCases {
      for count in [1, 2, 3, 17, 333, 500, 999] {
        let lists = [
          try spacing.solverTimesteps(count: count), try? spacing.timesteps(count: count),
        ].compactMap { $0 }
        for list in lists {
          #expect(list.count == count && list == Set(list).sorted())
          #expect(list.allSatisfy { (0..<1000).contains($0) })
        }
      }
    }
  }

  private enum Rule {
    case solver, ddim
    func make(_ count: Int, _ spacing: Spacing) throws -> any Sampler {
      switch self {
      case .solver: try DPMSolverPlusPlus2M(stepCount: count, spacing: spacing)
      case .ddim: try DDIMSampler(stepCount: count, spacing: spacing)
      }
    }
  }
}
