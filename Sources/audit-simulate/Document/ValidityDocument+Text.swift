extension ValidityDocument {
  private static func table(_ columns: [String], _ rows: [String]) -> String {
    ([
      "| " + columns.joined(separator: " | ") + " |",
      "|" + String(repeating: "---|", count: columns.count),
    ] + rows).joined(separator: "\n")
  }

  var text: String {
    """
    # How often the sentences are false

    Made by `make simulate` (at most \(draws) draws of every world, fixed seeds; `make simulate DRAWS=2000`
    at night). Every world has a known truth, and every draw goes through the code that an audit runs, with
    α = 5 % and Holm's adjustment over its findings, classifiers and metrics. A world stops early where
    every kind of sentence is clearly within its level. Numbers are percentages ± their Monte Carlo error.
    Which number or sentence of a report is in which column is kept by `StatementCatalogue`; a new one
    without a column fails a test.

    ## Said together

    Draws in which at least one sentence of the kind was false, to be at most 5. A sentence that names
    other groups than those that differ is false.

    \(Self.table(["world", "findings", "draws"] + Claim.allCases.map(\.title), together))

    ## Said each by itself

    Statements that hold the truth, of all that were made at 95 % each.
    \(Alone.Subject.allCases.map(section).joined())
    Where cells are small, limits and tests are wider than 5 % asks: a claim needs two witnesses (see
    `IndependentContrast`), and the price is power, not truth.

    ## Gates of arms and of images

    Draws in which a gate passed or failed; where that is false, in bold, it is to be at most 5. At a bar
    itself both are false. The last column has the gate's interval, to hold the truth in 95.

    \(Self.table(
      ["gate", "world", "findings", "base cases of each", "draws", "passed", "failed", "interval"], gates))

    ## Said of twins

    Real cases and their generated twins: statements at 95 % each that hold the truth, and draws in which
    gate G10 passed. Where levels or gaps of the twins differ from those of their cases by δ or more, it
    passes falsely, to be at most 5.

    \(Self.table(
      ["world", "draws"] + TwinWorld.Statement.allCases.map(\.title) + ["G10 passed"], twins))
    \(outside)
    \(promises)
    """
  }

  /// What is said of other numbers of cases.
  private var promises: String {
    """
    ## What `audit plan` promises

    The gap that the plan says is flagged with 80 % power, and the share of \(draws) draws in which it was;
    the clusters per class and group that the plan says show groups of equal AUC to be within δ = 0.1 with
    80 % power, and the share in which they did. The family is that of the adjustment.

    \(Self.table(
      ["design", "family", "planned gap", "flagged", "planned clusters", "within δ"], powers))

    ## What an inconclusive verdict says is needed

    "A clear answer would need about …" is reckoned as if the gap that was seen were the true one. Of the draws
    that say so with at most \(RequiredWorld.largest) clusters, the median of their numbers, and the share of
    new draws, one for each with its gap and its number, that were flagged: 80 % are said.

    \(Self.table(
      ["design", "family", "clusters", "draws", "said so", "needed", "flagged"], required))
    """
  }

  private func section(_ subject: Alone.Subject) -> String {
    let kinds = Alone.allCases.filter { $0.subject == subject }.map(\.title)
    return "\n### \(subject.title)\n\n" + Self.table(["world"] + kinds, alone[subject] ?? []) + "\n"
  }

  /// What is not within its bar, in the document itself.
  private var outside: String {
    guard !failures.isEmpty else { return "" }
    return "\n## Not as promised\n\n" + failures.map { "- \($0)" }.joined(separator: "\n") + "\n"
  }
}
