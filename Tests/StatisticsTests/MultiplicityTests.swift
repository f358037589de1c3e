import Statistics
import ScoreTestSupport
import Testing

struct MultiplicityTests {
  /// Benjamini and Hochberg 1995, table of 15 p values; adjusted by statsmodels 0.15.0.
  static let p = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
    0.6528, 0.759, 1,
  ]

  @Test func benjaminiHochbergsOwnExample() {
    let expected = [
      0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286, 0.0645,
      0.0765, 0.486, 0.5811818181818182, 0.714875, 0.7532307692307693, 0.8132142857142857, 1,
    ]
    for (ours, theirs) in zip(Multiplicity.benjaminiHochberg(Self.p), expected) {
      expectClose(ours, theirs, absolute: 1e-12)
    }
  }

  @Test func holmOnTheSameExample() {
    let expected = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213]
    for (ours, theirs) in zip(Multiplicity.holm(Self.p), expected) {
      expectClose(ours, theirs, absolute: 1e-12)
    }
  }

  @Test func hypothesesWithoutPValueStayInTheFamily() {
    #expect(Multiplicity.holm([0.01], familySize: 4) == [0.04])
    #expect(Multiplicity.benjaminiHochberg([0.01, 0.02], familySize: 4) == [0.04, 0.04])
    #expect(Multiplicity.holm([], familySize: 3).isEmpty)
  }
}
