import AuditModel
import AuditStore
import Foundation
import Randomness
import Statistics
import Vocabulary
import Workbench

/// An image of a world of arms.
struct ArmImage {
  var base: Int
  /// Of the attribute.
  var value: Int
  var placebo: String?
}

extension GateWorld {
  /// The gates of one draw.
  func judge(seed: UInt64) throws -> [GateResult] {
    switch subject {
    case .effect, .slope, .offTarget, .years, .finding: readings(seed: seed)
    case .greys, .partners, .distance, .wording: try pixels(seed: seed)
    case .agreement, .rankCorrelation, .macroArea: [expression(seed: seed)]
    case .alikeDistances(let groups): [distances(groups: groups, seed: seed)]
    case .noCopies, .notNearer: [copies(seed: seed)]
    }
  }

  /// Spelled as a spec spells them; ages where the gate is about years.
  private var spellings: (attribute: String, values: [String]) {
    if case .slope = subject { return ("age", ["30", "70"]) }
    return values == 2
      ? ("sex", ["Male", "Female"])
      : ("race", ["White", "Black", "Asian", "Hispanic"].prefix(values).map { $0 })
  }

  /// The images of a draw, in the order of their identifiers, and their cases.
  func cases(placebos: [String] = []) -> (images: [ArmImage], cases: [StoredCase]) {
    var images: [ArmImage] = []
    var cases: [StoredCase] = []
    let (attribute, values) = spellings
    for finding in 0..<findings {
      for base in 0..<2 * perCell {
        let number = finding * 2 * perCell + base
        var all = values.indices.map { ArmImage(base: number, value: $0, placebo: nil) }
        all += placebos.map { ArmImage(base: number, value: 0, placebo: $0) }
        for image in all {
          let arm = image.placebo ?? values[image.value]
          var item = StoredCase(cohort: .synthetic, name: "\(number)/\(arm)", cluster: "\(number)")
          item.id = Int64(images.count)
          item.finding = "finding \(finding)"
          item.labels = ["finding \(finding)": base % 2 == 0]
          item.arm = arm
          item.attributes[attribute] = values[image.value]
          item.placebo = image.placebo
          item.noise = image.placebo == "seed" ? "\(number)/placebo" : "\(number)"
          item.sha256 = "drawn"
          item.image = item.name
          cases.append(item)
          images.append(image)
        }
      }
    }
    return (images, cases)
  }

  // MARK: What predictors and reference classifiers read

  private func readings(seed: UInt64) -> [GateResult] {
    var stream = RandomStream(seed: seed, path: ["gate", name])
    let (images, cases) = cases()
    let gates = ArmGates(cases)
    let last = values - 1
    func read(_ scale: Double = 1, _ added: (ArmImage) -> Double) -> [Int64: Double] {
      var base: [Int: Double] = [:]
      var scores: [Int64: Double] = [:]
      for (index, image) in images.enumerated() {
        let shared = base[image.base] ?? stream.normal()
        base[image.base] = shared
        let noise =
          correlation.squareRoot() * shared + (1 - correlation).squareRoot() * stream.normal()
        scores[Int64(index)] = scale * noise + added(image)
      }
      return scores
    }
    func moved(_ output: AttributePrediction, _ scores: [Int64: Double]) -> [GateResult] {
      gates.movements([ArmGates.Reading(output: output, scores: scores)], by: "reader")
    }
    switch subject {
    case .effect(let share):
      let step = Normal.quantile(share) * (2 * (1 - correlation)).squareRoot()
      return moved(
        .value(attribute: "sex", value: "Female"), read { $0.value == last ? step : 0 })
    case .slope(let slope):
      return moved(.number(attribute: "age"), read(4) { $0.value == last ? 40 * slope : 0 })
    case .offTarget(let shift):
      return moved(
        .value(attribute: values == 2 ? "race" : "sex", value: "Other"),
        read { $0.value == last ? shift * deviation : 0 })
    case .years(let shift):
      return moved(.number(attribute: "age"), read(8) { $0.value == last ? shift : 0 })
    case .finding(let shift):
      // Beyond 0 to 1, so that readings are taken as they are.
      let scores = read { ($0.value == last ? shift * deviation : 0) + 5 }
      return gates.finding("finding 0", scores: scores, by: "reference")
    default: return []
    }
  }

  /// Of a base case's mean reading over its arms.
  private var deviation: Double {
    (correlation + (1 - correlation) / Double(values)).squareRoot()
  }

  // MARK: How well an attribute is expressed

  private func expression(seed: UInt64) -> GateResult {
    var stream = RandomStream(seed: seed, path: ["gate", name])
    let bases = 2 * perCell * findings
    func noise(_ shared: Double) -> Double {
      correlation.squareRoot() * shared + (1 - correlation).squareRoot() * stream.normal()
    }
    var images: [AttributeExpression.Image] = []
    func add(_ prompted: String, _ base: Int, _ scores: [Double]) {
      images.append(
        AttributeExpression.Image(cluster: Int32(base), prompted: prompted, scores: scores))
    }
    let attribute: Attribute
    let predictions: [AttributePrediction]
    switch subject {
    case .rankCorrelation(let wanted):
      (attribute, predictions) = (.named("age"), [.number(attribute: "age")])
      let slope = Self.slope(of: wanted)
      for base in 0..<bases {
        let shared = stream.normal()
        for (place, age) in Self.ages.enumerated() {
          add(age, base, [slope * Double(place) + noise(shared)])
        }
      }
    case .macroArea(let wanted):
      let races = ["White", "Black", "Asian"]
      (attribute, predictions) = (
        .named("race"), races.map { .value(attribute: "race", value: $0) }
      )
      let step = Normal.quantile(wanted) * 2.0.squareRoot()
      for base in 0..<bases {
        let shared = races.map { _ in stream.normal() }
        for race in races.indices {
          add(races[race], base, races.indices.map { noise(shared[$0]) + ($0 == race ? step : 0) })
        }
      }
    default:
      (attribute, predictions) = (.named("sex"), [.value(attribute: "sex", value: "Female")])
      let share = if case .agreement(let share) = subject { share } else { 0.5 }
      for base in 0..<bases {
        let shared = stream.normal()
        for sex in ["Male", "Female"] {
          let isRight = noise(shared) < Normal.quantile(share)
          add(sex, base, [isRight == (sex == "Female") ? 0.9 : 0.1])
        }
      }
    }
    return AttributeExpression(
      predictor: "reader", attribute: attribute, predictions: predictions, images: images,
      clusterCount: bases
    ).gate()
  }

  private static let ages = ["30", "45", "60", "75"]

  /// Noise of 1 on so many steps of age has the rank correlation `wanted`, in a large sample.
  private static func slope(of wanted: Double) -> Double {
    var stream = RandomStream(seed: 1, path: ["gate", "slope"])
    let places = (0..<80_000).map { Double($0 % ages.count) }
    let noise = places.map { _ in stream.normal() }
    var (low, high) = (0.0, 3.0)
    for _ in 0..<24 {
      let middle = (low + high) / 2
      let found = rankCorrelation(places, zip(places, noise).map { middle * $0 + $1 }) ?? 0
      if found > wanted { high = middle } else { low = middle }
    }
    return (low + high) / 2
  }
}
