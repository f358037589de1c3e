import Arguments
import Workbench

extension OutputFormat: ExpressibleByArgument {}

/// Options of every command.
struct OutputOptions: ParsableArguments {
  @Option(help: "How the result is printed on standard output.") var format: OutputFormat = .text
  @Flag(help: "No progress on standard error.") var quiet = false
  @Flag(help: "Every row and sentence of the result, instead of the first ones.") var verbose =
    false

  func validate() throws {
    guard !(quiet && verbose) else {
      throw ValidationError("'--quiet' and '--verbose' exclude each other; give one")
    }
  }
}

/// Where audits keep their results.
struct ReportsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder that holds one folder per audit; default: 'reports' beside the spec, or beside the "
        + "folder 'audits' that the spec lies in.", valueName: "folder"))
  var reports: String?

  /// - Throws: ``AuditFailure`` where results would land in the root of the file system.
  func folder(forSpec spec: String) throws -> String {
    try reports ?? defaultReportsFolder(forSpec: spec)
  }
}

/// What every stage needs: the spec, the place of its results, how to draw.
struct StoreOptions: ParsableArguments {
  @Argument(help: "Audit spec, for example audits/quickstart.json.") var spec: String
  @OptionGroup var place: ReportsOptions
  @Flag(help: "Discard what an earlier run of this audit left.") var startOver = false
  @Option(help: "Images drawn together; they do not depend on it.") var batch = 8
  @Flag(help: "Compute on one core; results do not depend on it.") var oneCore = false

  func validate() throws {
    guard (1...256).contains(batch) else {
      throw ValidationError("'--batch' must be from 1 to 256; got \(batch)")
    }
  }
}

/// Drawing on several machines.
struct SharingOptions: ParsableArguments {
  @Option(help: "Draw only a share of the images, for example 2/4.") var shard: String?
  @Option(
    help: ArgumentHelp(
      "Report folder of this audit to start from: what was tuned there and, for a share of the "
        + "rebalancing set, its scores and images are copied first.", valueName: "folder"))
  var copyOf: String?

  /// - Throws: ``ValidationError`` for text that names no share.
  func share() throws -> Shard? {
    guard let shard else { return nil }
    guard let share = Shard(shard) else {
      throw ValidationError(
        "'--shard' is '\(shard)', not a share such as 2/4, the second of four")
    }
    return share
  }

  func validate() throws {
    guard try share() != nil || copyOf == nil else {
      throw ValidationError("'--copy-of' is for shares: add '--shard'")
    }
  }
}

/// Images drawn elsewhere.
struct GatheringOptions: ParsableArguments {
  @Option(
    help: "Folders of this audit, separated by commas, whose images are taken instead of drawn.")
  var imagesFrom: String?

  var folders: [String] { imagesFrom?.split(separator: ",").map(String.init) ?? [] }

  func validate() throws {
    guard imagesFrom == nil || !folders.isEmpty else {
      throw ValidationError("'--images-from' names no folder")
    }
  }
}

/// What is made of a finished report.
struct PublishingOptions: ParsableArguments {
  @Flag(help: "Also print the page to report.pdf, with the Chromium of this machine.") var pdf =
    false
  @Flag(help: "Write the report as one page instead of a first page that links to others.")
  var singleFile = false
  @Option(
    help: "SSH key that signs provenance.json, for example ~/.ssh/id_ed25519.") var sign: String?
}
