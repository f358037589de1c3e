/// The README inside an export: what it holds, how a loader reads it, how to train with it.
struct ExportReadme {
  /// How a loader reads the export, in Markdown.
  let reading: String
  /// Where the masks of conditioned images lie, as part of a sentence.
  let conditionPlace: String
  let strategy: String
  let images: [ExportImage]

  var text: String {
    """
    \(ExportFolder.mark)

    \(images.count) synthetic chest radiographs, planned by the strategy `\(strategy)`: \(counts). **Every
    image is synthetic.** The column `synthetic`, the file names, the patient identifiers and the PNG
    text chunk `Synthetic: true` say so; keep it that way. This folder is replaced as a whole when the
    audit runs again: keep nothing of your own in it.

    ## Reading it

    \(reading)

    \(conditions)## Training with it

    **Pretrain, then fine-tune** (what RoentGen-v2 found better than mixing): train on this set alone
    until its loss stops falling, then continue on your real images at a tenth of the learning rate,
    choosing the epoch on real validation images.

    **Mix**: keep two data sets and decide the share yourself, for instance

    ```python
    from torch.utils.data import ConcatDataset, DataLoader, WeightedRandomSampler

    share = 0.3  # of synthetic images in a batch; choose it on real validation images
    both = ConcatDataset([real, synthetic])
    weights = [(1 - share) / len(real)] * len(real) + [share / len(synthetic)] * len(synthetic)
    loader = DataLoader(both, batch_size=32, sampler=WeightedRandomSampler(weights, len(both)))
    ```

    - The set has images with and without each finding, so that "synthetic" does not come to mean
      "diseased". Do not drop either kind.
    - An image's label is known for its own finding only. Mask the loss of the other findings; a blank
      is not a negative.
    - Never validate or test on these images, and never audit a retrained classifier on images it was
      trained on. This set shares no base case and no noise with the audit it comes from.
    - Whether it helps is an empirical question: repeat the audit under the same plan, then
      `audit compare` the two reports. Look at every group, not only at the one that was behind.

    """
  }

  private var counts: String {
    var findings: [String] = []
    for image in images where !findings.contains(image.item.finding) {
      findings.append(image.item.finding)
    }
    return findings.map { finding in
      let own = images.filter { $0.item.finding == finding }
      let positives = own.count { $0.item.isPositive }
      return "\(finding) \(positives) with and \(own.count - positives) without"
    }.joined(separator: ", ")
  }

  private var conditions: String {
    let count = images.count { $0.condition != nil }
    guard count > 0 else { return "" }
    return """
      \(count) images were drawn under a spatial condition. The masks lie \(conditionPlace); white is where the
      finding was asked for.


      """
  }
}
