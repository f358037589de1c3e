import AuditModel
import Basics
import Tables

extension RebalancingExport {
  static let cocoReading = """
    `annotations.json` is COCO's instances file: `bbox` in pixels from the upper left corner; where the image
    was drawn under a mask, `segmentation` holds it as run lengths. Categories are the findings. Images
    without an annotation were drawn without their finding. Positives whose place is not known are left out.

    ```python
    from torchvision.datasets import CocoDetection
    synthetic = CocoDetection("PATH_OF_THIS_FOLDER/images", "PATH_OF_THIS_FOLDER/annotations.json")
    ```
    """

  static let yoloReading = """
    `labels/train/NAME.txt` has a line `class x y width height` per box, centre and size as fractions of the
    image; an empty file means that the finding is absent. `data.yaml` names the classes and the training
    images. It names no validation images, because these must be real: add `val:` yourself.
    """

  static let cocoRLEReading = """
    `annotations.json` is COCO's instances file with masks as compressed run lengths, one annotation per
    connected part. Images without an annotation were drawn without their finding.

    ```python
    from pycocotools.coco import COCO
    coco = COCO("PATH_OF_THIS_FOLDER/annotations.json")
    mask = coco.annToMask(coco.loadAnns(coco.getAnnIds(imgIds=[1]))[0])
    ```
    """

  /// COCO's instances file with boxes.
  /// - SeeAlso: cocodataset.org, data format.
  func coco(_ export: ExportFolder) throws {
    try writeCOCO(try placed(needsMasks: false, format: "coco"), export)
  }

  /// The same with images whose masks are known.
  func cocoRLE(_ export: ExportFolder) throws {
    try writeCOCO(try placed(needsMasks: true, format: "cocoRLE"), export)
  }

  private func writeCOCO(_ placed: [PlacedImage], _ export: ExportFolder) throws {
    let part = keeping(placed)
    try part.add({ "images/" + $0.fileName }, to: export)
    var images: [JSONValue] = []
    var annotations: [JSONValue] = []
    for (index, item) in placed.enumerated() {
      images.append(
        .object([
          ("id", .integer(index + 1)), ("file_name", .string(item.image.fileName)),
          ("width", .integer(item.width)), ("height", .integer(item.height)),
          ("synthetic", .boolean(true)),
        ]))
      guard let finding = findings.firstIndex(of: item.image.item.finding) else { continue }
      for (number, box) in item.boxes.enumerated() {
        var members: [(name: String, value: JSONValue)] = [
          ("id", .integer(annotations.count + 1)), ("image_id", .integer(index + 1)),
          ("category_id", .integer(finding + 1)),
          ("bbox", .array([box.x, box.y, box.width, box.height].map { .number($0) })),
          ("area", .number(area(of: item, number))), ("iscrowd", .integer(0)),
        ]
        if let regions = item.regions {
          let runs = regions.runs(of: regions.regions[number])
          members.append(
            (
              "segmentation",
              .object([
                ("size", .array([.integer(item.height), .integer(item.width)])),
                ("counts", .string(MaskRegions.compressed(runs))),
              ])
            ))
        }
        annotations.append(.object(members))
      }
    }
    let document = JSONValue.object([
      (
        "info",
        .object([
          ("description", .string("Synthetic radiographs; every image is synthetic")),
          ("contributor", .string(generator)),
        ])
      ),
      ("images", .array(images)), ("annotations", .array(annotations)),
      (
        "categories",
        .array(
          findings.enumerated().map { index, name in
            .object([("id", .integer(index + 1)), ("name", .string(name))])
          })
      ),
    ])
    try writeAtomically(document.prettyText + "\n", to: export.path("annotations.json"))
    try part.manifest(export, place: { "images/" + $0.fileName })
  }

  private func area(of item: PlacedImage, _ number: Int) -> Double {
    item.regions.map { Double($0.regions[number].area) }
      ?? item.boxes[number].width * item.boxes[number].height
  }

  /// A text file of boxes per image, as the YOLO family reads them.
  func yolo(_ export: ExportFolder) throws {
    let placed = try placed(needsMasks: false, format: "yolo")
    let part = keeping(placed)
    try part.add({ "images/train/" + $0.fileName }, to: export)
    try createFolder(at: export.path("labels/train"))
    for item in placed {
      let number = findings.firstIndex(of: item.image.item.finding) ?? 0
      let lines = item.boxes.map { box -> String in
        let (across, down) = (Double(item.width), Double(item.height))
        let values = [
          (box.x + box.width / 2) / across, (box.y + box.height / 2) / down, box.width / across,
          box.height / down,
        ]
        return "\(number) " + values.map { "\($0)" }.joined(separator: " ")
      }
      let name = item.image.fileName.dropLast(4) + ".txt"
      try writeAtomically(
        lines.map { $0 + "\n" }.joined(), to: export.path("labels/train/" + name))
    }
    // JSON's strings are YAML's too, so a finding's name cannot become another key.
    let names = findings.enumerated().map { "  \($0): \(JSONValue.string($1).canonicalText)\n" }
    try writeAtomically(
      "# Every image is synthetic. Add 'val: PATH' of real images.\npath: .\ntrain: images/train\nnames:\n"
        + names.joined(), to: export.path("data.yaml"))
    try part.manifest(export, place: { "images/train/" + $0.fileName })
  }
}
