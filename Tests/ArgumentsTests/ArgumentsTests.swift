import Testing

@testable import Arguments

enum Rule: String, CaseIterable, ExpressibleByArgument { case ancestral, ddim }

struct OutputOptions: ParsableArguments {
  @Option(help: "Output format") var format = Rule.ancestral
  @Flag(name: .shortAndLong, help: "Say less") var quiet = false
}

struct Tool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tool", abstract: "Does things.", version: "1.2.3",
    subcommands: [RunCommand.self, Sum.self, Nested.self])
}

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a spec.", discussion: "Example:\n  tool run a.json")
  @OptionGroup var output: OutputOptions
  @Argument(help: "Audit definition") var definition: String
  @Option(name: NameSpecification(elements: [.customShort("n"), .long]), help: "Denoising steps")
  var sharedSteps = 100
  @Option(help: "Seed") var seed: UInt64?
  @Option(help: "Limit") var limit: Double?
  @Option(help: "Tags") var tag: [String] = []
  @Flag(help: "Keep images") var images = false
  @Flag(name: .customShort("x"), help: "Extra") var extra = false

  mutating func validate() throws {
    guard sharedSteps >= 1 else {
      throw ValidationError("'--shared-steps' must be at least 1; got \(sharedSteps)")
    }
  }
}

struct Sum: ParsableCommand {
  @Argument(help: "Numbers") var numbers: [Double]
  @Option(help: "Unit of the numbers") var unit: Rule
  func run() throws {}
}

struct Nested: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Group.", subcommands: [Leaf.self])
}
struct Leaf: ParsableCommand {
  @Argument(help: "Optional word") var word: String?
}

struct PlainProperty: ParsableCommand {
  var count = 1
}

@Suite struct ArgumentsTests {
  func run(_ words: String...) throws -> RunCommand {
    try #require(try Tool.parseAsRoot(["run"] + words) as? RunCommand)
  }

  @Test func fillsPropertiesFromEveryNotation() throws {
    let command = try run(
      "--tag", "a", "x.json", "-n", "5", "--seed=18446744073709551615", "--limit", "-0.5",
      "--tag=b=c",
      "--images", "-qx", "--format", "ddim")
    #expect(command.definition == "x.json" && command.sharedSteps == 5)
    #expect(command.seed == .max && command.limit == -0.5 && command.tag == ["a", "b=c"])
    #expect(command.images && command.extra && command.output.quiet)
    #expect(command.output.format == .ddim)
  }

  @Test func keepsDefaultsWhereTheCommandLineIsSilent() throws {
    let command = try run("x.json")
    #expect(command.sharedSteps == 100 && command.seed == nil && command.limit == nil)
    #expect(command.tag == [] && !command.images && !command.extra)
    #expect(!command.output.quiet && command.output.format == .ancestral)
  }

  @Test func theLastOfRepeatedOptionsWins() throws {
    #expect(try run("x", "-n5", "-n=6").sharedSteps == 6)
  }

  @Test func takesWordsAfterTwoDashesAsTheyAre() throws {
    #expect(try run("--", "--seed").definition == "--seed")
    #expect(try run("-").definition == "-")
  }

  @Test func listsAndOptionalPositions() throws {
    let sum = try #require(
      try Tool.parseAsRoot(["sum", "1", "-2", "3e2", "--unit", "ddim"]) as? Sum)
    #expect(sum.numbers == [1, -2, 300] && sum.unit == .ddim)
    let leaf = try #require(try Tool.parseAsRoot(["nested", "leaf"]) as? Leaf)
    #expect(leaf.word == nil)
    let word = try #require(try Tool.parseAsRoot(["nested", "leaf", "w"]) as? Leaf)
    #expect(word.word == "w")
  }

  @Test(arguments: [
    (["rnu"], "unknown command 'rnu'; did you mean 'run'?"),
    (["zzzzzz"], "unknown command 'zzzzzz'; commands: run, sum, nested"),
    (["--verbose"], "unknown option '--verbose'"),
    (["run"], "the argument <definition> is missing"),
    (["run", "a", "b"], "unexpected argument 'b'; quote texts that contain spaces"),
    (["run", "a", "--seeed", "1"], "unknown option '--seeed'; did you mean '--seed'?"),
    (["run", "a", "-z"], "unknown option '-z'"),
    (["run", "a", "--seed"], "'--seed' needs a value: --seed <seed>"),
    (["run", "a", "--seed", "--quiet"], "'--seed' needs a value: --seed <seed>"),
    (
      ["run", "a", "--seed", "x"],
      "--seed must be a whole number from 0 to 18446744073709551615; got 'x'"
    ),
    (["run", "a", "--limit", "nan"], "--limit must be a number; got 'nan'"),
    (
      ["run", "a", "--format", "ddmi"],
      "--format must be one of ancestral, ddim; got 'ddmi'; did you mean 'ddim'?"
    ),
    (["run", "a", "--quiet=yes"], "'--quiet' takes no value"),
    (["run", "a", "-n", "0"], "'--shared-steps' must be at least 1; got 0"),
    (["sum", "--unit", "ddim"], "the argument <numbers> is missing"),
    (["sum", "1", "b", "--unit", "ddim"], "<numbers> must be a number; got 'b'"),
    (["sum", "1"], "the option --unit is missing"),
    (["help", "rnu"], "unknown command 'rnu'; did you mean 'run'?"),
  ])
  func wrongCommandLinesAreToldInOneSentence(words: [String], expected: String) throws {
    let error = try #require(throws: UsageError.self) { try Tool.parseAsRoot(words) }
    #expect(error.message == expected)
    #expect(Tool.exitCode(for: error) == 64)
    #expect(Tool.fullMessage(for: error).contains("usage: tool"))
  }

  @Test func usageErrorsNameTheCommandThatWasMeant() throws {
    let error = try #require(throws: UsageError.self) { try Tool.parseAsRoot(["run"]) }
    #expect(error.helpCommand == "tool run --help")
    #expect(error.usage.hasPrefix("tool run [--format <format>] [--quiet] <definition>"))
  }

  @Test(arguments: [["run", "--help"], ["help", "run"], ["run", "x", "-h", "--unknown"]])
  func helpOfACommandShowsArgumentsOptionsAndDefaults(words: [String]) throws {
    let error = try #require(throws: CleanExit.self) { try Tool.parseAsRoot(words) }
    let text = Tool.fullMessage(for: error)
    #expect(
      text == """
        Runs a spec.

        Usage: tool run [--format <format>] [--quiet] <definition>
               [--shared-steps <shared-steps>] [--seed <seed>] [--limit <limit>]
               [--tag <tag>] [--images] [-x]

        Example:
          tool run a.json

        Arguments:
          <definition>              Audit definition

        Options:
          --format <format>         Output format (values: ancestral, ddim; default:
                                    ancestral)
          -q, --quiet               Say less
          -n, --shared-steps <shared-steps>
                                    Denoising steps (default: 100)
          --seed <seed>             Seed
          --limit <limit>           Limit
          --tag <tag>               Tags
          --images                  Keep images
          -x                        Extra
          -h, --help                Show this help.
        """)
    #expect(Tool.exitCode(for: error) == 0)
  }

  @Test(arguments: [["--help"], ["help"], ["-h"]])
  func helpOfTheRootListsCommands(words: [String]) throws {
    let error = try #require(throws: CleanExit.self) { try Tool.parseAsRoot(words) }
    let text = Tool.fullMessage(for: error)
    #expect(text.contains("Usage: tool <command>"))
    #expect(text.contains("  run                       Runs a spec."))
    #expect(text.contains("--version"))
  }

  @Test func aGroupWithoutSubcommandShowsItsHelp() throws {
    var command = try Tool.parseAsRoot(["nested"])
    let error = try #require(throws: CleanExit.self) { try command.run() }
    #expect(Tool.fullMessage(for: error).contains("Usage: tool nested <command>"))
  }

  @Test func versionIsTheRoots() throws {
    let error = try #require(throws: CleanExit.self) { try Tool.parseAsRoot(["--version"]) }
    #expect(Tool.fullMessage(for: error) == "1.2.3")
    #expect(throws: UsageError.self) { try Tool.parseAsRoot(["run", "x", "--version"]) }
  }

  @Test func commandsAreValuesThatDoNotShareState() throws {
    let first = try run("x", "-n", "5")
    var second = first
    second.sharedSteps = 6
    #expect(first.sharedSteps == 5)
  }

  @Test func aPropertyWithoutWrapperIsAnError() throws {
    let error = try #require(throws: UsageError.self) { try PlainProperty.parseAsRoot([]) }
    #expect(error.message.contains("'count'"))
  }

  @Test(arguments: [
    ("sharedSteps", "shared-steps"), ("onnxURL", "onnx-url"), ("URLPath", "url-path"), ("a", "a"),
    ("RunCommand", "run-command"),
  ])
  func propertyNamesBecomeKebabCase(name: String, expected: String) {
    #expect(kebabCase(name) == expected)
  }
}
