import Vocabulary

extension GateResult {
  /// - Parameters:
  ///   - name: Where the gate is judged more than once, with what it was judged for; nil: its title.
  ///   - rule: The rule with this audit's numbers; nil: the gate's own.
  package init(
    _ gate: ValidityGate, name: String? = nil, status: Status, value: Double? = nil,
    rule: String? = nil, sentence: String
  ) {
    self.init(
      id: gate.id, name: name ?? gate.title, status: status, value: value, rule: rule ?? gate.rule,
      sentence: sentence)
  }

  package func judges(_ gate: ValidityGate) -> Bool { id == gate.id }

  /// Says of every gate that nobody judged that it was not tested.
  package static func untested(besides results: [GateResult]) -> [GateResult] {
    let judged = Set(results.map(\.id))
    return ValidityGate.all.compactMap { gate in
      guard !judged.contains(gate.id), let sentence = gate.untested else { return nil }
      return GateResult(gate, status: .notRun, sentence: sentence)
    }
  }
}
