import Arguments
import Basics
import Foundation
import Workbench

/// Shows a finished report in the user's browser.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open",
    abstract: "Show a finished report in the browser of this machine.",
    discussion: """
      Asks $BROWSER, else xdg-open. Where neither is here, the page's path is printed: copy the report \
      folder to a machine with a browser and open report.html there.
      """)

  @Argument(help: "Audit spec, or report folder such as reports/quickstart.") var audit: String
  @OptionGroup var place: ReportsOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let page = try OpenUseCase().page(
      of: audit, reports: { [place, audit] in try place.folder(forSpec: audit) })
    let opened = try OpenUseCase().open(page)
    switch output.format {
    case .json: try Output.json(["page": page, "openedBy": opened ?? ""])
    case .text: Output.verbatim(page)
    }
    if opened == nil {
      Output.diagnostic("note: there is no browser to open it with; set BROWSER to one")
    }
  }
}
