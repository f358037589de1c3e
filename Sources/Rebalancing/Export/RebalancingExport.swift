import AuditModel
import Cohorts
import Foundation
import Tables

/// Writes a rebalancing set in the layouts that training loops already read.
package struct RebalancingExport {
  package var images: [ExportImage]
  package var seed: UInt64
  package var generator: String
  /// Goes into every export as README.md.
  package var readme: String
  /// All findings of the audit, in order.
  package var findings: [String]

  package init(
    images: [ExportImage], seed: UInt64, generator: String, readme: String, findings: [String]
  ) {
    self.images = images
    self.seed = seed
    self.generator = generator
    self.readme = readme
    self.findings = findings
  }

  /// Writes one format; `folder` appears complete or not at all.
  package func write(_ format: RebalanceSpecification.Format, to folder: String) throws {
    try ExportFolder.build(folder) { export in
      switch format {
      case .huggingface: try huggingFace(export)
      case .imagefolder: try imageFolder(export)
      case .chexpert: try cheXpert(export)
      case .nih: try nih(export)
      case .webdataset: try webDataset(export)
      case .weights:
        throw AuditFailure("the weights table is written by the weights export")
      }
      try writeAtomically(readme, to: export.path("README.md"))
    }
  }

  /// `train/*.png` beside `train/metadata.csv` with a `file_name` column.
  /// - SeeAlso: Hugging Face datasets documentation, ImageFolder with metadata.
  private func huggingFace(_ export: ExportFolder) throws {
    for image in images { try export.add(image.path, as: "train/" + image.fileName) }
    try writeCSV(
      header: ["file_name"] + ExportImage.provenanceColumns,
      rows: images.map { [$0.fileName] + $0.provenance(seed: seed, generator: generator) },
      to: export.path("train/metadata.csv"))
  }

  /// `train/<finding>/{positive,negative}/…`: one tree per finding, because the layout holds one label.
  /// - SeeAlso: torchvision.datasets.ImageFolder: a folder per class.
  private func imageFolder(_ export: ExportFolder) throws {
    func place(_ image: ExportImage) -> String {
      "\(fileNameComponent(image.item.finding))/\(image.item.isPositive ? "positive" : "negative")/"
        + image.fileName
    }
    for image in images { try export.add(image.path, as: place(image)) }
    try writeCSV(
      header: ["path"] + ExportImage.provenanceColumns,
      rows: images.map { [place($0)] + $0.provenance(seed: seed, generator: generator) },
      to: export.path("manifest.csv"))
  }

  /// CheXpert's columns; findings that were not prompted for stay blank, which means "not mentioned".
  /// - SeeAlso: CheXpert (Irvin et al. 2019), train.csv: Path, Sex, Age, Frontal/Lateral, AP/PA, labels.
  private func cheXpert(_ export: ExportFolder) throws {
    let labels =
      Self.cheXpertLabels + findings.filter { !Self.cheXpertLabels.contains(Self.cheXpertName($0)) }
    func place(_ image: ExportImage) -> String {
      "train/\(image.patientIdentifier)/study1/\(image.item.arm.identifier)_frontal.png"
    }
    for image in images { try export.add(image.path, as: place(image)) }
    try writeCSV(
      header: ["Path", "Sex", "Age", "Frontal/Lateral", "AP/PA"] + labels,
      rows: images.map { image in
        [place(image), image.item.arm.sex ?? "Unknown", image.years, "Frontal", ""]
          + labels.map { label in
            label == Self.cheXpertName(image.item.finding) || label == image.item.finding
              ? (image.item.isPositive ? "1.0" : "0.0") : ""
          }
      }, to: export.path("train.csv"))
    try manifest(export, place: place)
  }

  /// NIH ChestX-ray14's columns as torchxrayvision reads them.
  /// - SeeAlso: Wang et al. 2017, Data_Entry_2017.csv.
  private func nih(_ export: ExportFolder) throws {
    func place(_ image: ExportImage) -> String { "images/" + image.fileName }
    for image in images { try export.add(image.path, as: place(image)) }
    try writeCSV(
      header: [
        "Image Index", "Finding Labels", "Follow-up #", "Patient ID", "Patient Age",
        "Patient Gender", "View Position",
      ],
      rows: images.map { image in
        [
          image.fileName,
          image.item.isPositive ? image.item.finding.replacingSpaces : "No Finding", "0",
          image.patientIdentifier, image.years, image.sexLetter, "PA",
        ]
      }, to: export.path("Data_Entry.csv"))
    try manifest(export, place: place)
  }

  /// Tar shards of `key.png`, `key.json`, `key.cls` triples.
  /// - SeeAlso: WebDataset documentation: files of one sample share their base name and stand together.
  private func webDataset(_ export: ExportFolder) throws {
    let perShard = 1000
    for (shard, start) in stride(from: 0, to: images.count, by: perShard).enumerated() {
      var archive = TarArchive()
      for image in images[start..<min(start + perShard, images.count)] {
        let key = String(image.fileName.dropLast(4)).replacingOccurrences(of: ".", with: "_")
        let values = image.provenance(seed: seed, generator: generator)
        let fields = zip(ExportImage.provenanceColumns, values).map {
          (name: $0, value: WritableJSON.string($1))
        }
        try archive.add(key + ".png", try readBytes(of: image.path))
        try archive.add(key + ".json", Array(WritableJSON.object(fields).canonicalText.utf8))
        try archive.add(key + ".cls", Array((image.item.isPositive ? "1" : "0").utf8))
      }
      let number = String(shard)
      let name =
        "shard-" + String(repeating: "0", count: max(0, 6 - number.count)) + number + ".tar"
      try writeAtomically(archive.finished(), to: export.path(name))
    }
  }

  /// Formats with fixed columns keep the provenance of every row in a table of their own.
  private func manifest(_ export: ExportFolder, place: (ExportImage) -> String) throws {
    try writeCSV(
      header: ["path"] + ExportImage.provenanceColumns,
      rows: images.map { [place($0)] + $0.provenance(seed: seed, generator: generator) },
      to: export.path("manifest.csv"))
  }

  private static let cheXpertLabels = [
    "No Finding", "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion",
    "Edema", "Consolidation", "Pneumonia", "Atelectasis", "Pneumothorax", "Pleural Effusion",
    "Pleural Other", "Fracture", "Support Devices",
  ]

  /// CheXpert says "Pleural Effusion" where NIH says "Effusion".
  private static func cheXpertName(_ finding: String) -> String {
    finding == "Effusion" ? "Pleural Effusion" : finding
  }
}

extension String {
  /// NIH joins words of a finding with underscores.
  fileprivate var replacingSpaces: String { replacingOccurrences(of: " ", with: "_") }
}
