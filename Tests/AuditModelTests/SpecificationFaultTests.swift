import Foundation
import Testing

@testable import AuditModel
import Basics

@Suite struct SpecificationFaultTests {
  func message(_ text: String) -> String {
    do {
      _ = try loadSpecification(from: text, path: "audits/x.json")
      return "read without fault"
    } catch {
      return (error as? AuditFailure)?.message ?? "\(error)"
    }
  }

  /// Faults of the small spec after one replacement.
  @Test(arguments: [
    (
      "name: \"small\"", "nam: \"small\"",
      "audits/x.json:1: unknown key 'nam' in the top of the spec; did you mean 'name'?"
    ),
    (
      "name: \"small\"", "name: 3",
      "audits/x.json:1: name must be a text in quotes; found the number 3"
    ),
    ("name: \"small\"", "name: \"a/b\"", "must not contain '/'"),
    ("name: \"small\"", "name: \"..\"", "must not begin with '.'"),
    ("name: \"small\"", "name: \"a..b\"", "must not contain '..'"),
    ("name: \"small\"", "name: \"a\\u0007\"", "must not contain control characters"),
    ("name: \"small\"", "name: \"\"", "name must not be empty"),
    ("name: \"small\",", "", "name is missing; add \"name\": \"my-audit\""),
    (
      "audit-spec/1", "audit-spec/2",
      "schema is \"audit-spec/2\"; this program reads \"audit-spec/1\""
    ),
    ("schema: \"audit-spec/1\",", "", "schema is missing"),
    (
      "onnx: \"net.onnx\"", "onnx: \"net.onnx\", scores: \"s.csv\"",
      "audits/x.json:2: classifiers[0].scores is a second source for the classifier \"net\""
    ),
    ("onnx: \"net.onnx\",", "", "classifiers[0].input belongs to classifiers with 'onnx'"),
    (
      "onnx: \"net.onnx\"", "onnx: \"net.onnx\", batch: 3",
      "classifiers[0].batch belongs to classifiers with 'command'"
    ),
    (
      "onnx: \"net.onnx\"", "onxx: \"net.onnx\"",
      "unknown key 'onxx' in classifiers[0]; did you mean 'onnx'?"
    ),
    (
      "size: [8, 8]", "size: [8]",
      "classifiers[0].input.size must be [height, width]; found 1 values"
    ),
    (
      "size: [8, 8]", "size: [8, 0]",
      "classifiers[0].input.size[1] must be a whole number from 1 to 8192; found the number 0"
    ),
    ("size: [8, 8]", "size: [8, 8.5]", "found the number 8.5"),
    (
      "size: [8, 8]", "channels: 'gray'",
      "classifiers[0].input.size is missing; add \"size\": [224, 224]"
    ),
    (
      "size: [8, 8]", "size: [8, 8], channels: 'grey'",
      "must be one of \"gray\", \"rgb\", \"bgr\"; found \"grey\"; did you mean \"gray\"?"
    ),
    (
      "size: [8, 8]", "size: [8, 8], mean: [0, 0, 0]",
      "classifiers[0].input.mean has 3 numbers but \"gray\" has 1 channel"
    ),
    (
      "size: [8, 8]", "size: [8, 8], channels: 'rgb', std: [1, 1]",
      "input.std has 2 numbers but \"rgb\" has 3 channels"
    ),
    (
      "size: [8, 8]", "size: [8, 8], std: [0]",
      "classifiers[0].input.std[0] must be a number above 0"
    ),
    ("size: [8, 8]", "size: [8, 8], range: [1, 0]", "input.range must be two ascending numbers"),
    (
      "size: [8, 8]", "size: [8, 8], range: [0, 1e999]",
      "input.range[1] must be a number that is finite"
    ),
    ("outputs: { Effusion: 0 }", "outputs: {}", "classifiers[0].outputs must not be empty"),
    (
      "outputs: { Effusion: 0 }", "outputs: { Effusion: -1 }",
      "outputs.Effusion must be a whole number"
    ),
    (
      "outputs: { Effusion: 0 }", "outputs: { Effusion: 0, Edema: 0 }",
      "outputs.Edema is the output 0, which 'Effusion' has too; give each its own"
    ),
    (", outputs: { Effusion: 0 }", "", "classifiers[0].outputs is missing"),
    ("[\"Small effusion.\"]", "[]", "cohort.findings.Effusion.positive must not be empty"),
    (
      "[\"Small effusion.\"]", "[\"a\", \"a\"]", "cohort.findings.Effusion.positive has \"a\" twice"
    ),
    ("[\"Small effusion.\"]", "[\"No effusion.\"]", "which is also under positive"),
    ("[\"Small effusion.\"]", "'Small'", "must be a list […]; found the text \"Small\""),
    (
      "positive:", "postive:",
      "unknown key 'postive' in cohort.findings.Effusion; did you mean 'positive'?"
    ),
    ("{ Effusion: { pos", "{ 'a/b': { pos", "must not contain '/'"),
    ("[\"Male\", \"Female\"]", "[\"Male\", \"Male\"]", "cohort.attributes.sex has \"Male\" twice"),
    (
      "sex: [\"Male\", \"Female\"]", "age: [30, 200]",
      "cohort.attributes.age[1] must be a number of years from 0 to 130"
    ),
    ("generator: {}", "generator: { model: 'builtin:chexgen' }", "does not come with this program"),
    ("generator: {}", "generator: { dit: 'a.pth' }", "cohort.generator.t5 is missing"),
    (
      "generator: {}", "generator: { model: 'builtin:chexgen-mini', dit: 'a' }",
      "generator.dit is given beside 'model'"
    ),
    (
      "generator: {}", "generator: { steps: 10, sharedSteps: 11 }",
      "sharedSteps is 11, more than the 10 steps"
    ),
    ("generator: {}", "generator: { strength: 'strong' }", "write \"auto\" or an object"),
    (
      "generator: {}", "generator: { strength: { trunk: { sex: 8, race: 8 } } }",
      "names trunk steps for 'race'"
    ),
    (
      "generator: {}", "generator: { strength: { trunk: { race: 8 } } }", "no trunk steps for 'sex'"
    ),
    (
      "generator: {}", "generator: { steps: 4, strength: { trunk: { sex: 8 } } }",
      "sex is 8, more than the 4 steps"
    ),
    (
      "generator: {}", "generator: { sharedSteps: 2, strength: { trunk: { sex: 2 } } }",
      "given beside 'strength.trunk'"
    ),
    (
      "generator: {}", "generator: { strength: { guidance: { finding: 4 } } }",
      "strength.guidance.attribute is missing"
    ),
    (
      "generator: {}", "generator: { strength: { frozenFindingTokens: 1 } }",
      "must be true or false"
    ),
    ("generator: {}", "generator: { sampler: 'ddmi' }", "did you mean \"ddim\"?"),
    (
      "generator: {}", "baseCases: \"40\"",
      "cohort.baseCases must be a whole number from 1 to 1000000; found the text \"40\""
    ),
    ("generator: {}", "seed: -1", "cohort.seed must be a whole number from 0"),
    ("generator: {}", "seed: 1.5", "cohort.seed must be a whole number from 0"),
    ("generator: {}", "design: 'replica'", "\"replica\" makes one twin per row of 'real'"),
    ("generator: {}", "placebos: ['seed', 'seed']", "cohort.placebos has \"seed\" twice"),
    (
      "cohort: {", "attributePredictors: [{ name: 'r', scores: 'r.csv' }], cohort: {",
      "attributePredictors[0].scores cannot predict attributes of new images"
    ),
    (
      "cohort: {",
      "attributePredictors: [{ name: 'r', onnx: 'r.onnx', input: { size: [8, 8] },"
        + " outputs: { female: 0 } }], cohort: {",
      "outputs.female is not a prediction: write \"age\" for years, or \"sex:Female\""
    ),
    ("cohort: {", "policy: { failOn: ['flaged'] }, cohort: {", "did you mean \"flagged\"?"),
    (
      "cohort: {", "policy: { limits: [{ judgedBy: 'estimate' }] }, cohort: {",
      "policy.limits[0].atMost is missing"
    ),
    (
      "cohort: {", "policy: { limits: [{ atMost: 0.1 }] }, cohort: {",
      "policy.limits[0].judgedBy is missing; add \"lowerLimit\""
    ),
    (
      "cohort: {", "policy: { limits: [{ atMost: 5, judgedBy: 'estimate' }] }, cohort: {",
      "policy.limits[0].atMost must be a number from 0 to below 1"
    ),
    (
      "cohort: {",
      "policy: { limits: [{ atMost: 0.1, judgedBy: 'estimate', finding: 'Efusion' }] }, cohort: {",
      "policy.limits[0].finding \"Efusion\" is not a finding of this audit; did you mean \"Effusion\"?"
    ),
    (
      "cohort: {",
      "policy: { limits: [{ atMost: 0.1, judgedBy: 'estimate', attribute: 'race' }] }, cohort: {",
      "policy.limits[0].attribute \"race\" is not an attribute that this audit compares"
    ),
    (
      "cohort: {",
      "policy: { limits: [{ atMost: 0.1, judgedBy: 'estimate', cohort: 'real' }] }, cohort: {",
      "policy.limits[0].cohort \"real\" is not a cohort of this audit"
    ),
    (
      "cohort: {",
      "policy: { limits: [{ atMost: 0.1, judgedBy: 'estimate', classifier: 'x' }] }, cohort: {",
      "policy.limits[0].classifier \"x\" is not a classifier under audit"
    ),
  ])
  func namesLineKeyAndRemedy(old: String, new: String, expected: String) {
    let text = minimal.replacingOccurrences(of: old, with: new)
    #expect(text != minimal, "the replacement changes nothing")
    #expect(message(text).contains(expected), "\(message(text))")
  }

  /// Faults of the scores-only spec after one replacement.
  @Test(arguments: [
    ("name: \"p\" }", "name: \"q\" }", "has no scores"),
    ("classifiers: [{ name: \"p\" }]", "classifiers: []", "classifiers must not be empty"),
    (
      "classifiers: [{ name: \"p\" }]",
      "classifiers: [{ name: \"p\" }, { name: \"P\", scores: \"s.csv\" }]",
      "is taken by the classifier in line 2"
    ),
    (
      "scores: { p:", "scores: { pp: {Mass: 'm'}, p:",
      "real.columns.scores.pp names no classifier of this spec"
    ),
    (
      "labels: { from: \"dx\", separator: \";\" }", "labels: { Effusion: \"e\", Mas: \"m\" }",
      "scores.p.Mass has no label column under real.columns.labels; did you mean 'Mas'?"
    ),
    ("patient: \"id\", ", "", "audits/x.json:5: real.columns.patient is missing"),
    (
      "sex: \"sex\",", "",
      "analysis.groups.sex names an attribute, but neither real.columns nor cohort.attributes"
    ),
    ("sex: [\"F\", \"M\"]", "sex: [\"F\"]", "analysis.groups.sex has one group"),
    (
      "sex: [\"F\", \"M\"]", "sex: [\"F\", \"female\"]",
      "analysis.groups.sex lists \"F\" and \"female\", which mean the same"
    ),
    ("sex: [\"F\", \"M\"]", "sez: [\"F\", \"M\"]", "says where sez is; did you mean 'sex'?"),
    (
      "sex: \"sex\",", "sex: \"sex\", attributes: { \"sex*age\": \"x\" },",
      "real.columns.attributes: the attribute's name \"sex*age\" must not contain '*'"
    ),
    (
      "sex: \"sex\",", "sex: \"sex\", attributes: { race: \"x\" },",
      "real.columns.attributes.race has a key of its own"
    ),
    (
      "sex: \"sex\",", "sex: \"sex\", insurance: \"payer\",",
      "unknown key 'insurance' in real.columns"
    ),
    ("sex: [\"F\", \"M\"]", "sex: { edges: [0, 1] }", "makes bins of numbers"),
    ("sex: [\"F\", \"M\"]", "age: { edges: [0, 20, 20] }", "edges must ascend; 20 follows 20"),
    ("sex: [\"F\", \"M\"]", "age: { edges: [20] }", "needs at least two edges"),
    (
      "multiplicity: \"none\"", "multiplicity: \"bonferroni\"",
      "must be one of \"holm\", \"benjaminiHochberg\", \"none\""
    ),
    (
      "multiplicity: \"none\"", "alpha: 0",
      "analysis.alpha must be a number above 0 and at most 0.5"
    ),
    ("multiplicity: \"none\"", "delta: 1", "analysis.delta must be a number above 0 and below 1"),
    (
      "sex: \"sex\"", "sex: \"sex\", insurance: \"insurance\"",
      "name the column of a further attribute under \"attributes\": { \"insurance\": \"insurance\" }"
    ),
    ("multiplicity: \"none\"", "metrics: []", "analysis.metrics must not be empty"),
    (
      "multiplicity: \"none\"", "metrics: ['aucs']",
      "found \"aucs\"; did you mean \"auc\"?"
    ),
    (
      "multiplicity: \"none\"", "metrics: ['auc', { metric: 'auc', delta: 0.1 }]",
      "analysis.metrics[1]: \"auc\" stands twice"
    ),
    (
      "multiplicity: \"none\"", "metrics: ['specificity', 'falsePositiveRate']",
      "analysis.metrics[1]: \"falsePositiveRate\" says the same as \"specificity\""
    ),
    (
      "multiplicity: \"none\"", "metrics: [{ delta: 0.1 }]",
      "analysis.metrics[0].metric is missing"
    ),
    (
      "multiplicity: \"none\"", "metrics: [{ metric: 'brier', delta: 0 }]",
      "analysis.metrics[0].delta must be a number above 0"
    ),
    (
      "multiplicity: \"none\"", "intersections: [[\"sex\", \"agge\"]]",
      "says where agge is; declared are sex"
    ),
    ("multiplicity: \"none\"", "intersections: [[\"sez\", \"age\"]]", "did you mean 'sex'?"),
    (
      "multiplicity: \"none\"", "intersections: [[\"sex\", \"sex\"]]",
      "must name two or three different attributes"
    ),
    (
      "multiplicity: \"none\"", "minimumCell: { positives: 0 }",
      "analysis.minimumCell.positives must be a whole number from 1"
    ),
    ("rule: \"sensitivity\"", "rule: \"sensitivty\"", "did you mean \"sensitivity\"?"),
    ("value: 0.9", "value: 90", "thresholds.value must be a number above 0 and below 1"),
    (
      "rule: \"sensitivity\", value: 0.9, chosenOn: \"validation\"", "Masss: 0.5",
      "thresholds.Masss is not a finding of this audit; did you mean 'Mass'?"
    ),
    (
      "{ name: \"p\" }", "{ name: \"p\", command: [\"run\"] }",
      "classifiers[0].command is a second source for the classifier \"p\""
    ),
    ("table: \"table.csv\",", "", "real.table is missing"),
    (
      "view: \"PA\"", "view: [1]",
      "real.where.view[0] must be a text in quotes; found the number 1"
    ),
    (
      "view: \"PA\"", "view: {}",
      "real.where.view must be the text, the number or the list of texts to select; found "
    ),
    ("analysis: {", "rebalance: { budget: 5 }, analysis: {", "rebalance.trainingTable is missing"),
    (
      "{ name: \"p\" }", "{ name: \"p\" }, { name: \"net\", command: [\"\"] }",
      "classifiers[1].command[0] must not be empty"
    ),
    (
      "{ name: \"p\" }", "{ name: \"p\" }, { name: \"net\", command: [\"run\"] }",
      "real.images is missing, and the classifier \"net\" needs images"
    ),
  ])
  func namesFaultsOfRealCohortsAndAnalysis(old: String, new: String, expected: String) {
    let text = scoresOnly.replacingOccurrences(of: old, with: new)
    #expect(text != scoresOnly, "the replacement changes nothing")
    #expect(message(text).contains(expected), "\(message(text))")
  }

  @Test func showsTheFirstFiveFaultsByLineAndCountsTheRest() throws {
    let text = """
      { schema: "audit-spec/1", name: 1,
        classifiers: [],
        cohort: { baseCases: 0, seed: "x",
          findings: {},
          attributes: {} },
        policy: { failOn: ["never"] } }
      """
    let failure = try #require(throws: AuditFailure.self) {
      try loadSpecification(from: text, path: "a.json")
    }
    let lines = failure.message.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(
      lines.map { $0.prefix(9) } == [
        "a.json:1:", "a.json:2:", "a.json:3:", "a.json:3:", "a.json:4:",
      ])
    #expect(failure.hint == "2 more faults in this file are shown once these are mended")
    #expect(failure.kind == .input)
  }

  @Test func aSpecWithoutCasesSaysHowToNameThem() {
    let text =
      "{ schema: 'audit-spec/1', name: 'a', classifiers: [{ name: 'b', scores: 'c.csv' }] }"
    #expect(message(text).contains("the spec names no cases"))
    #expect(message("[]").contains("the file must be an object {…}; found an empty list"))
  }

  @Test func everyPrefixOfASpecIsRefusedAndNeverCrashes() {
    for text in [minimal, scoresOnly, contractExample] {
      let characters = Array(text)
      for count in stride(from: 0, to: characters.count - 1, by: 3) {
        #expect(throws: AuditFailure.self) {
          try loadSpecification(from: String(characters.prefix(count)))
        }
      }
    }
  }

  /// Any value in any place is refused or read, never a crash.
  @Test func anyValueInAnyPlaceEndsInASentence() {
    let values = [
      "null", "[]", "{}", "-1", "1e308", "'x'", "[[]]", "[null]", "{ a: null }", "true",
    ]
    for text in [minimal, scoresOnly, contractExample] {
      let characters = Array(text)
      for place in characters.indices where characters[place] == ":" {
        for value in values {
          let changed =
            String(characters[...place]) + value + ", other:" + String(characters[(place + 1)...])
          let message = message(changed)
          // Where the place is a map of findings, "other" is one more finding.
          #expect(
            message == "read without fault" || message.hasPrefix("audits/x.json:"), "\(message)")
        }
      }
    }
  }
}
