extension GateWorld {
  /// At the bars themselves, where passing and failing are hardest to keep honest, and where all is well in
  /// many small cells.
  static let all: [GateWorld] = readings + images + measured

  private static let readings = [
    GateWorld(name: "expressed: agreement at the bar", subject: .agreement(0.8)),
    GateWorld(
      name: "expressed: rank correlation at the bar", subject: .rankCorrelation(0.4), perCell: 15),
    GateWorld(name: "expressed: macro AUC at the bar", subject: .macroArea(0.8), perCell: 15),
    GateWorld(name: "effect: share at the bar", subject: .effect(share: 0.9)),
    GateWorld(
      name: "effect: share at the bar, 14 findings", subject: .effect(share: 0.9), perCell: 12,
      findings: 14),
    GateWorld(
      name: "effect: .97 move, 14 findings", subject: .effect(share: 0.97), perCell: 12,
      findings: 14),
    GateWorld(name: "effect: years at the bar", subject: .slope(0.25), perCell: 40),
    GateWorld(
      name: "another attribute moves by the margin", subject: .offTarget(0.2), perCell: 40),
    GateWorld(
      name: "another attribute moves by the margin, arms much alike", subject: .offTarget(0.2),
      perCell: 40, correlation: 0.99),
    GateWorld(name: "age moves by the margin", subject: .years(3), perCell: 40),
    GateWorld(
      name: "nothing else moves, 14 findings, four values", subject: .offTarget(0), perCell: 10,
      findings: 14, values: 4, correlation: 0.2),
    GateWorld(name: "a finding moves by the margin", subject: .finding(0.2), perCell: 60),
    GateWorld(
      name: "a finding moves by the margin, arms much alike", subject: .finding(0.2), perCell: 60,
      correlation: 0.99),
    GateWorld(
      name: "no finding moves, four values", subject: .finding(0), perCell: 15, values: 4,
      correlation: 0.2),
  ]

  private static let images = [
    GateWorld(
      name: "partners at the bar", subject: .partners(lost: 0.05 * 30 / 29), perCell: 30),
    GateWorld(
      name: "partners at the bar, 14 findings", subject: .partners(lost: 0.05 * 12 / 11),
      perCell: 12, findings: 14),
    GateWorld(
      name: "few partners are lost, 14 findings", subject: .partners(lost: 0.01), perCell: 12,
      findings: 14),
    GateWorld(name: "half as far as strangers", subject: .distance(strange: 0.5), perCell: 15),
    GateWorld(
      name: "a third as far as strangers, 14 findings", subject: .distance(strange: 0.33),
      perCell: 8, findings: 14),
    GateWorld(
      name: "wording moves as much", subject: .wording(strange: 0.4, wording: 0.4), perCell: 20),
    GateWorld(
      name: "wording moves a little less, 14 findings",
      subject: .wording(strange: 0.4, wording: 0.35), perCell: 10, findings: 14),
    GateWorld(name: "greys move by the margin", subject: .greys(0.2), perCell: 40),
    GateWorld(
      name: "greys move by the margin, arms much alike", subject: .greys(0.2), perCell: 40,
      correlation: 0.99),
    GateWorld(
      name: "no greys move, four values", subject: .greys(0), perCell: 12, values: 4,
      correlation: 0.2),
  ]

  private static let measured = [
    GateWorld(
      name: "six groups are as far from real images", subject: .alikeDistances(groups: 6),
      perCell: 40),
    GateWorld(name: "no copies, 60 images held out", subject: .noCopies, perCell: 60),
    GateWorld(name: "no copies, 200 images held out", subject: .noCopies, perCell: 200),
    GateWorld(name: "images no nearer than those held out", subject: .notNearer, perCell: 60),
  ]
}
