import AuditModel
import Basics
import Cohorts
import Foundation
import Tables
import Vocabulary

/// Writes a rebalancing set in the layouts that training loops already read.
package struct RebalancingExport {
  package var images: [ExportImage]
  package var seed: UInt64
  package var generator: String
  package var strategy: String
  /// All findings of the audit, in order.
  package var findings: [String]

  package init(
    images: [ExportImage], seed: UInt64, generator: String, strategy: String, findings: [String]
  ) {
    self.images = images
    self.seed = seed
    self.generator = generator
    self.strategy = strategy
    self.findings = findings
  }

  /// Attributes of the set besides the known ones.
  private var others: [String] {
    Array(
      Attribute.columns(with: images.flatMap(\.item.arm.values.attributes))
        .dropFirst(Attribute.known.count))
  }

  /// Writes one format; `folder` appears complete or not at all.
  package func write(_ format: RebalanceSpecification.Format, to folder: String) throws {
    guard let layout = Self.layouts[format] else {
      throw AuditFailure("the weights table is written by the weights export")
    }
    try ExportFolder.build(folder) { export in
      try layout.write(self, export)
      let readme = ExportReadme(
        reading: layout.reading, conditionPlace: layout.conditionPlace, strategy: strategy,
        images: images)
      try writeAtomically(readme.text, to: export.path("README.md"))
    }
  }

  /// Removes an export of a former plan; a folder that is none stays.
  package static func remove(_ folder: String) throws { try ExportFolder.remove(folder) }

  /// Puts every image into its place, and its condition beside them.
  func add(_ place: (ExportImage) -> String, to export: ExportFolder) throws {
    for image in images {
      try export.add(image.path, as: place(image))
      if let condition = image.condition, let name = image.conditionName {
        try export.add(condition, as: name)
      }
    }
  }

  /// `train/*.png` beside `train/metadata.csv` with a `file_name` column.
  /// - SeeAlso: Hugging Face datasets documentation, ImageFolder with metadata.
  fileprivate func huggingFace(_ export: ExportFolder) throws {
    try add({ "train/" + $0.fileName }, to: export)
    try writeCSV(
      header: ["file_name"] + ExportImage.provenanceColumns(others: others),
      rows: images.map {
        [$0.fileName] + $0.provenance(seed: seed, generator: generator, others: others)
      },
      to: export.path("train/metadata.csv"))
  }

  /// `images/<finding>/{positive,negative}/…`: one tree per finding, because the layout holds one
  /// label.
  /// - SeeAlso: torchvision.datasets.ImageFolder: a folder per class.
  fileprivate func imageFolder(_ export: ExportFolder) throws {
    func place(_ image: ExportImage) -> String {
      let label = image.item.isPositive ? "positive" : "negative"
      return "images/\(fileNameComponent(image.item.finding))/\(label)/\(image.fileName)"
    }
    try add(place, to: export)
    try manifest(export, place: place)
  }

  /// CheXpert's columns; findings that were not prompted for stay blank, which means "not mentioned".
  /// - SeeAlso: CheXpert (Irvin et al. 2019), train.csv: Path, Sex, Age, Frontal/Lateral, AP/PA, labels.
  fileprivate func cheXpert(_ export: ExportFolder) throws {
    let labels =
      Self.cheXpertLabels + findings.filter { !Self.cheXpertLabels.contains(Self.cheXpertName($0)) }
    func place(_ image: ExportImage) -> String {
      "train/\(image.patientIdentifier)/study1/\(image.item.arm.identifier)_frontal.png"
    }
    try add(place, to: export)
    try writeCSV(
      header: ["Path", "Sex", "Age", "Frontal/Lateral", "AP/PA"] + labels,
      rows: images.map { image in
        [place(image), image.sex ?? "Unknown", image.years, "Frontal", image.view]
          + labels.map { label in
            label == Self.cheXpertName(image.item.finding) || label == image.item.finding
              ? (image.item.isPositive ? "1.0" : "0.0") : ""
          }
      }, to: export.path("train.csv"))
    try manifest(export, place: place)
  }

  /// NIH ChestX-ray14's columns as torchxrayvision reads them.
  /// - SeeAlso: Wang et al. 2017, Data_Entry_2017.csv.
  fileprivate func nih(_ export: ExportFolder) throws {
    func place(_ image: ExportImage) -> String { "images/" + image.fileName }
    try add(place, to: export)
    try writeCSV(
      header: [
        "Image Index", "Finding Labels", "Follow-up #", "Patient ID", "Patient Age",
        "Patient Gender", "View Position",
      ],
      rows: images.map { image in
        [
          image.fileName,
          image.item.isPositive ? image.item.finding.replacingSpaces : "No Finding", "0",
          image.patientIdentifier, image.years, image.sexLetter, image.view,
        ]
      }, to: export.path("Data_Entry.csv"))
    try manifest(export, place: place)
  }

  /// Tar shards of `key.png`, `key.json`, `key.cls`, and `key.condition.png` where there is one.
  /// - SeeAlso: WebDataset documentation: files of one sample share their base name and stand together.
  fileprivate func webDataset(_ export: ExportFolder) throws {
    var archive = TarArchive()
    var sizes: [(name: String, value: JSONValue)] = []
    var samples = 0
    func close() throws {
      let name = "shard-\(Self.padded(sizes.count)).tar"
      try writeAtomically(archive.finished(), to: export.path(name))
      sizes.append((name, .integer(samples)))
      archive = TarArchive()
      samples = 0
    }
    for (position, image) in images.enumerated() {
      let key = "synthetic-\(Self.padded(position))"
      let values = image.provenance(seed: seed, generator: generator, others: others)
      let fields = zip(ExportImage.provenanceColumns(others: others), values).map {
        (name: $0, value: JSONValue.string($1))
      }
      try archive.add(key + ".png", try readBytes(of: image.path))
      if let condition = image.condition {
        try archive.add(key + ".condition.png", try readBytes(of: condition))
      }
      try archive.add(key + ".json", Array(JSONValue.object(fields).canonicalText.utf8))
      try archive.add(key + ".cls", Array((image.item.isPositive ? "1" : "0").utf8))
      samples += 1
      // A shard is built in memory, so its size is bounded too.
      if samples == 1000 || archive.byteCount > 128 << 20 { try close() }
    }
    if samples > 0 { try close() }
    try writeAtomically(JSONValue.object(sizes).canonicalText, to: export.path("sizes.json"))
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// Formats with fixed columns keep the provenance of every row in a table of their own.
  func manifest(_ export: ExportFolder, place: (ExportImage) -> String) throws {
    try writeCSV(
      header: ["path"] + ExportImage.provenanceColumns(others: others),
      rows: images.map {
        [place($0)] + $0.provenance(seed: seed, generator: generator, others: others)
      },
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

/// How one format is written and read. A new exporter is a case of ``RebalanceSpecification/Format`` and
/// an entry here.
struct ExportLayout: Sendable {
  /// Where the masks of conditioned images lie, as part of a sentence.
  var conditionPlace = "in `conditions/`, named in the column `condition`"
  /// How a loader reads the export, in Markdown.
  let reading: String
  let write: @Sendable (RebalancingExport, ExportFolder) throws -> Void
}

extension RebalancingExport {
  /// Every format but the weights table, which holds no images.
  static let layouts: [RebalanceSpecification.Format: ExportLayout] = [
    .huggingface: ExportLayout(
      reading:
        """
        ```python
        from datasets import load_dataset
        synthetic = load_dataset("imagefolder", data_dir="PATH_OF_THIS_FOLDER", split="train")
        synthetic[0]["image"], synthetic[0]["label"], synthetic[0]["sex"]
        ```

        `train/metadata.csv` has one row per image; `label` is 1 with the finding of the column `finding`
        and 0 without it.
        """,
      write: { try $0.huggingFace($1) }),
    .imagefolder: ExportLayout(
      reading:
        """
        ```python
        from torchvision.datasets import ImageFolder
        synthetic = ImageFolder("PATH_OF_THIS_FOLDER/images/FINDING")  # classes: negative 0, positive 1
        ```

        One tree per finding, because the layout holds one label. `manifest.csv` lists every image with its
        attributes.
        """,
      write: { try $0.imageFolder($1) }),
    .chexpert: ExportLayout(
      reading:
        """
        `train.csv` has the columns of CheXpert. `Path` is relative to this folder. Findings that were not
        prompted for are blank, which means "not mentioned". `AP/PA` is PA where the prompt names no
        projection. `manifest.csv` lists every image with its prompt and attributes.

        ```python
        import torchxrayvision as xrv
        synthetic = xrv.datasets.CheX_Dataset(
            imgpath="PATH_OF_THIS_FOLDER", csvpath="PATH_OF_THIS_FOLDER/train.csv", views=["*"],
            unique_patients=False)
        ```
        """,
      write: { try $0.cheXpert($1) }),
    .nih: ExportLayout(
      reading:
        """
        `Data_Entry.csv` has the columns of NIH ChestX-ray14. `No Finding` means that the prompted finding
        is absent. `View Position` is PA where the prompt names no projection. `manifest.csv` lists every
        image with its prompt and attributes.

        ```python
        import torchxrayvision as xrv
        synthetic = xrv.datasets.NIH_Dataset(
            imgpath="PATH_OF_THIS_FOLDER/images", csvpath="PATH_OF_THIS_FOLDER/Data_Entry.csv",
            views=["*"], unique_patients=False)
        ```
        """,
      write: { try $0.nih($1) }),
    .webdataset: ExportLayout(
      conditionPlace: "as `KEY.condition.png` beside the image in its shard",
      reading:
        """
        ```python
        import webdataset as wds
        synthetic = wds.WebDataset("PATH_OF_THIS_FOLDER/shard-000000.tar", shardshuffle=False)
        synthetic = synthetic.decode("pil").to_tuple("png", "cls", "json")
        ```

        `sizes.json` has the number of samples of each shard; `cls` is 1 with the finding of the JSON's
        `finding` and 0 without it.
        """,
      write: { try $0.webDataset($1) }),
    .coco: ExportLayout(reading: cocoReading, write: { try $0.coco($1) }),
    .yolo: ExportLayout(reading: yoloReading, write: { try $0.yolo($1) }),
    .masks: ExportLayout(reading: masksReading, write: { try $0.masks($1) }),
    .cocoRLE: ExportLayout(reading: cocoRLEReading, write: { try $0.cocoRLE($1) }),
  ]
}
