/// Writes labels as one sign per finding of the store; findings that it lacks are added to it.
struct LabelPacking {
  private var place: [String: Int]
  private var new: [String] = []
  /// The findings of the last case and their places: cases of one table share them.
  private var known: (findings: [String], places: [Int]) = ([], [])

  init(findings: [String]) {
    place = Dictionary(
      findings.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func text(of labels: CaseLabels) -> String? {
    guard !labels.isEmpty else { return nil }
    if labels.findings != known.findings {
      known = (labels.findings, labels.findings.map { number(of: $0) })
    }
    var signs = [UInt8](repeating: CaseLabels.unknown, count: place.count)
    for (number, sign) in zip(known.places, labels.signs) { signs[number] = sign }
    return String(decoding: signs, as: UTF8.self)
  }

  private mutating func number(of finding: String) -> Int {
    if let known = place[finding] { return known }
    place[finding] = place.count
    new.append(finding)
    return place.count - 1
  }

  mutating func takeNew() -> [String] {
    defer { new = [] }
    return new
  }
}
