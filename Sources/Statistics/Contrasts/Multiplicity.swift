/// Adjusting p values for the number of hypotheses in a declared family.
package enum Multiplicity {
  /// Holm 1979: controls the chance of any false rejection, whatever the dependence.
  ///
  /// - Parameter familySize: Hypotheses declared; those without a p value count as p = 1.
  package static func holm(_ pValues: [Double], familySize: Int? = nil) -> [Double] {
    let size = max(pValues.count, familySize ?? 0)
    let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
    var adjusted = pValues
    var running = 0.0
    for (rank, index) in order.enumerated() {
      running = max(running, min(1, Double(size - rank) * pValues[index]))
      adjusted[index] = running
    }
    return adjusted
  }

  /// Benjamini and Hochberg 1995: controls the expected share of false rejections.
  package static func benjaminiHochberg(_ pValues: [Double], familySize: Int? = nil) -> [Double] {
    let size = max(pValues.count, familySize ?? 0)
    let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
    var adjusted = pValues
    var running = 1.0
    for (rank, index) in order.enumerated().reversed() {
      running = min(running, Double(size) / Double(rank + 1) * pValues[index])
      adjusted[index] = min(1, running)
    }
    return adjusted
  }
}
