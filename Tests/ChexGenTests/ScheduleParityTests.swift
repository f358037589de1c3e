import Basics
import Checkpoints
import Foundation
import Tensors
import Testing

@testable import ChexGen

@Suite struct ScheduleParityTests {
  private static let suite = "ScheduleParityTests"

  @Test(.needsFixtures("schedules.json"))
  func coefficientsEqualTheReferenceInDoublePrecision() throws {
    let folder = try FixtureFolder.locate()
    let sidecar = try folder.sidecar("schedules")
    let doubles = try DoubleTensors(path: folder.file("schedules.safetensors"))
    for member in try #require(sidecar["specs"]?.members) {
      let schedule = try NoiseSchedule(respacing: member.name)
      #expect(schedule.timesteps == member.value["timestep_map"]?.ints)
      let tables: [(String, [Double])] = [
        ("betas", schedule.betas),
        ("alphas_cumprod", schedule.alphasCumulative),
        ("alphas_cumprod_prev", schedule.alphasCumulativePrevious),
        ("alphas_cumprod_next", schedule.alphasCumulativeNext),
        ("posterior_variance", schedule.posteriorVariance),
        ("posterior_log_variance_clipped", schedule.posteriorLogVarianceClipped),
        ("posterior_mean_coef1", schedule.posteriorMeanCoefficient1),
        ("posterior_mean_coef2", schedule.posteriorMeanCoefficient2),
      ]
      var worst = 0.0
      for (name, values) in tables {
        let expected = try #require(try doubles.values("\(member.name).\(name)"))
        #expect(values.count == expected.count)
        for (a, b) in zip(values, expected) {
          worst = max(worst, a == b ? 0 : abs(a - b) / max(abs(b), 1e-300))
        }
      }
      folder.report(Self.suite, "coefficients \(member.name)", error: worst)
      // Both sides do the same few roundings in double precision.
      #expect(worst <= 1e-12)
    }
  }

  @Test(.needsFixtures("respacing.json"))
  func respacingsEqualTheReference() throws {
    let folder = try FixtureFolder.locate()
    let sidecar = try folder.sidecar("respacing")
    let lists = try #require(sidecar["lists"]?.members)
    for list in lists {
      #expect(try Respacing(list.name).timesteps() == list.value.ints, "respacing \(list.name)")
    }
    folder.report(Self.suite, "respacing", exact: lists.count)
  }

  @Test func impossibleRespacingsAreRefused() throws {
    for text in ["0", "1001", "", "ddim", "ddim300", "10,x", "600,600", "-3"] {
      #expect(throws: (any Error).self, "'\(text)'") { try Respacing(text).timesteps() }
    }
    #expect(try Respacing("1").timesteps() == [0])
    #expect(try Respacing("1000").timesteps() == Array(0..<1000))
    #expect(try Respacing("2,3").timesteps() == [0, 499, 500, 750, 999])
    #expect(Respacing.nearestStrided(to: 25) == 25)
  }
}

/// The 64-bit tensors of a safetensors file, which the reader would round to single precision.
private struct DoubleTensors {
  let data: Data
  let header: JSONValue
  let start: Int

  init(path: String) throws {
    data = try Data(contentsOf: URL(filePath: path))
    let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    start = 8 + length
    header = try JSON5Reader.value(of: Array(data[8..<start]), path: path, dialect: .program)
  }

  func values(_ name: String) throws -> [Double]? {
    guard header[name]?["dtype"]?.string == "F64",
      let range = header[name]?["data_offsets"]?.ints
    else { return nil }
    return data.withUnsafeBytes { bytes in
      stride(from: range[0], to: range[1], by: 8).map {
        bytes.loadUnaligned(fromByteOffset: start + $0, as: Double.self)
      }
    }
  }
}
