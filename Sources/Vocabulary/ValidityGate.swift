/// A check that a synthetic cohort has to stand before its gaps may be laid at a classifier's door.
///
/// Every gate that the program knows is in ``all``, once, with its words. A result refers to its gate;
/// nobody else writes identifiers, titles or sentences about gates that did not run. To add one: append
/// it here, and judge it in one file of Fairness (from scores) or Workbench (from images).
package struct ValidityGate: Sendable, Hashable {
  /// `G0`, `G1`, …: stable, because reports and policies name it.
  package let id: String
  /// What holds where it passes.
  package let title: String
  /// What has to be measured for it to pass; results may say it with this audit's numbers.
  package let rule: String
  /// What it needs beyond the cohort's images, in words for a spec's author; empty: nothing.
  package let needs: String
  /// The sentence of a report where nothing ran it; nil where another part of the report answers.
  package let untested: String?
  /// What its failure does to verdicts on synthetic images that rest on it. Part of the plan.
  package var consequence = Consequence.none

  package enum Consequence: String, Sendable {
    /// Shown, and decides nothing by itself.
    case none
    case notEvaluable
    /// The verdict stands and is marked with what else moved.
    case confounded
  }

  /// The gate with this identifier.
  package static func named(_ id: String) -> ValidityGate? { all.first { $0.id == id } }
}

extension ValidityGate {
  package static let support = ValidityGate(
    id: "G0", title: "Prompts inside the generator's support",
    rule: "every attribute value and finding is listed in the model card",
    needs: "a model card",
    untested: "The weights come without a model card, so what they can draw is not declared.")

  package static let expression = ValidityGate(
    id: "G1", title: "Attributes expressed", rule: "independent predictors agree with the prompts",
    needs: "'attributePredictors'",
    untested:
      "Neither measurements of a model card nor 'attributePredictors' of the spec say whether "
      + "the attributes were drawn.")

  package static let predictors = ValidityGate(
    id: "G2", title: "Attribute predictors are independent",
    rule: "at least two predictors from other data agree", needs: "two 'attributePredictors'",
    untested:
      "Fewer than two attribute predictors judged an attribute; a second one, trained on other "
      + "data, would show whether they share a blind spot.")

  package static let finding = ValidityGate(
    id: "G3", title: "Findings are drawn alike in all arms",
    rule: "a reference classifier's AUCs differ by less than δ between all groups",
    needs: "'referencePanel'",
    untested:
      "No reference panel was given: whether the generator draws the finding equally well in "
      + "every arm was not tested.")

  package static let identity = ValidityGate(
    id: "G4", title: "Arms are the same patient",
    rule: "an image's nearest neighbour in another arm is its own base case's",
    needs: "at least two arms",
    untested: "No attribute has two values, so there are no arms to compare.",
    consequence: .confounded)

  package static let panel = ValidityGate(
    id: "G5", title: "The gap is the classifier's, not the generator's",
    rule: "the gap less the reference panel's mean gap is distinguishable from 0",
    needs: "'referencePanel'",
    untested: "No reference panel was given, so generator and classifier bias cannot be told apart "
      + "beyond the placebo.")

  package static let repeatability = ValidityGate(
    id: "G6", title: "The cohort can be repeated", rule: "images drawn again have identical bytes",
    needs: "", untested: "No image was drawn a second time.")

  package static let seeds = ValidityGate(
    id: "G7", title: "Several seeds per base case", rule: "at least three seeds per base case",
    needs: "'seedsPerBaseCase'",
    untested:
      "Every base case has one noise seed; seed luck is covered by the number of base cases "
      + "only.")

  package static let seedPlacebo = ValidityGate(
    id: "G8", title: "Seed placebo",
    rule:
      "The AUC gap between two seeds of the same prompts is not distinguishable from 0; an audited "
      + "gap counts only where it exceeds this one beyond sampling error",
    needs: "\"placebos\": [\"seed\"]", untested: nil)

  package static let realDistance = ValidityGate(
    id: "G9", title: "Distance from real images", rule: "distances per subgroup are reported",
    needs: "real images and an encoder",
    untested: "No distance between synthetic and real image distributions was computed.")

  package static let transfer = ValidityGate(
    id: "G10", title: "Synthetic results transfer to real ones",
    rule: "agreement with a matched real cohort", needs: "\"design\": \"replica\" and 'real'",
    untested:
      "No matched real cohort was given, so whether these results hold for real patients is "
      + "unknown.")

  package static let memorisation = ValidityGate(
    id: "G11", title: "No image is a copy of a training image",
    rule: "no image is nearer to a training image than images kept out of training are",
    needs: "the generator's training images",
    untested:
      "The generator's training images were not given, so copies of them were not looked for.")

  package static let labels = ValidityGate(
    id: "G12", title: "Labels are right", rule: "conclusions stable under label noise",
    needs: "labels from a second source",
    untested: "Labels of synthetic images are the prompts; label noise of real images was not "
      + "examined.")

  package static let caseMix = ValidityGate(
    id: "G13", title: "Every arm has the same cases",
    rule: "every base case has an image in every arm", needs: "", untested: nil)

  package static let exposure = ValidityGate(
    id: "G14", title: "Images are exposures",
    rule: "at least 99 % of images are neither blank, flat nor saturated", needs: "", untested: nil)

  package static let wording = ValidityGate(
    id: "G15", title: "Race is reported, never inferred",
    rule: "groups are prompts or table columns",
    needs: "", untested: nil)

  package static let plan = ValidityGate(
    id: "G16", title: "The plan came before the scores",
    rule: "the plan's hash is recorded before a score is read", needs: "", untested: nil)

  package static let leakage = ValidityGate(
    id: "G17", title: "No leakage between generator and classifier",
    rule: "the classifier has not seen the generator's training images", needs: "a declaration",
    untested:
      "Whether the classifier was trained on images that the generator was trained on was not "
      + "declared.")

  package static let effect = ValidityGate(
    id: "G18", title: "Arms differ in what was prompted",
    rule: "a predictor sees the attribute move within base cases", needs: "'attributePredictors'",
    untested:
      "No attribute predictor looked at the arms, so whether a base case changes as prompted is "
      + "not known.", consequence: .notEvaluable)

  package static let offTarget = ValidityGate(
    id: "G19", title: "An attribute moves nothing else",
    rule: "readings of other attributes are shown not to move", needs: "'attributePredictors'",
    untested: "No attribute predictor looked for other attributes that move along.",
    consequence: .confounded)

  package static let findingShift = ValidityGate(
    id: "G20", title: "A finding reads alike in all arms",
    rule: "a reference classifier's readings are shown not to move, in positives and in negatives",
    needs: "'referencePanel'",
    untested:
      "No reference panel was given, so a shift of a finding between arms, which no AUC shows, "
      + "was not looked for.", consequence: .confounded)

  package static let distance = ValidityGate(
    id: "G21", title: "Arms are nearer than strangers",
    rule: "the distance between arms in units of that between two seeds",
    needs: "\"placebos\": [\"seed\"]",
    untested: "No attribute has two values, so there are no arms to compare.",
    consequence: .notEvaluable)

  package static let promptPlacebo = ValidityGate(
    id: "G22", title: "Wording moves less than an attribute",
    rule: "arms are farther apart than two wordings of one prompt",
    needs: "\"placebos\": [\"prompt\"] and two attributes",
    untested:
      "No prompt placebo was drawn, so what another wording of the same prompt does is not known.",
    consequence: .notEvaluable)

  package static let acquisition = ValidityGate(
    id: "G23", title: "Greys do not follow an attribute",
    rule: "mean and spread of the greys are shown to lie within ±0.2 standard deviations",
    needs: "",
    untested: "No attribute has two values, so there are no arms to compare.",
    consequence: .confounded)

  package static let caricature = ValidityGate(
    id: "G24", title: "Attributes are no clearer than in patients",
    rule: "agreement on the cohort is not above the same predictor's on real images",
    needs: "the predictor's agreement on real images",
    untested:
      "No agreement of an attribute predictor on real images was given, so whether the cohort "
      + "exaggerates an attribute is not known.")

  /// Every gate, in the order of reports.
  package static let all: [ValidityGate] = [
    support, expression, predictors, finding, identity, panel, repeatability, seeds, seedPlacebo,
    realDistance, transfer, memorisation, labels, caseMix, exposure, wording, plan, leakage, effect,
    offTarget,
    findingShift, distance, promptPlacebo, acquisition, caricature,
  ]
}
