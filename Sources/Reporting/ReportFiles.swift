/// Everything that an audit writes into its folder: the one list of it.
///
/// Removing a former run, hashing what provenance vouches for and verifying read it here.
package enum ReportFiles {
  /// The first page, which links to all others.
  package static let page = "report.html"
  /// The report in its formats, the page first.
  package static let pages = [
    page, "report.md", "report.json", "fairness-equity.xml", "junit.xml",
  ]
  /// Folder of the pages that the first one links to; absent where all is in one file.
  package static let detailPages = "pages"
  /// The generator's model card as it was at the time of the audit.
  package static let generatorCard = "generator-card.json"
  /// Folder of the CSV tables.
  package static let tables = "tables"
  /// What each of them holds.
  package static let tablesReadMe = "tables/README.md"
  package static let print = "report.pdf"
  /// Written last, with the hash of every other file.
  package static let provenance = "provenance.json"
  package static let signature = "provenance.json.sig"
  /// Hashes of all files, for `sha256sum --check`.
  package static let fileList = "files.sha256"
  /// The list of the drawn images.
  package static let manifest = "cohort/manifest.csv"
  /// The store with the files that SQLite keeps beside it.
  package static let store = [
    "audit.sqlite", "audit.sqlite-wal", "audit.sqlite-shm", "audit.sqlite-journal",
  ]

  /// Scripts, logs and shares of an audit that is drawn in shares.
  package static let jobs = "jobs"

  /// All of it, folders by name; whatever else lies in the folder is not ours.
  package static let all =
    store + [
      "cohort", "gallery", "rebalancing", "measure", tables, detailPages, "logs", jobs,
    ] + pages + [
      generatorCard, print, fileList, provenance, signature,
    ]
}
