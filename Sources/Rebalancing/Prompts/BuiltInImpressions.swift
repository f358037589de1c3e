/// Sentences for common findings of the chest radiograph, by severity.
///
/// Written for this program in the plain words that radiology reports use; each names one finding,
/// so that its label is certain.
enum BuiltInImpressions {
  static let negative: [Impression] = [
    Impression("No acute cardiopulmonary abnormality."),
    Impression("Clear lungs. Normal heart size."),
    Impression("Normal chest radiograph."),
  ]

  /// Severities in the words of the finding; nil for a finding that the library does not know.
  static func positive(_ finding: String) -> [Impression]? {
    let name = finding.lowercased().map { $0 == "_" ? " " : $0 }
    return library[String(name)]?.map { Impression($0.text, severity: $0.severity) }
  }

  private static let grades = ["mild", "moderate", "severe"]

  /// `mild`, `moderate` and `severe` in front of a noun.
  private static func graded(_ noun: String, in place: String = "") -> [(
    severity: String?, text: String
  )] {
    grades.map { ($0, "\($0.capitalized) \(noun)\(place).") }
  }

  private static func sized(_ noun: String, in place: String = "") -> [(
    severity: String?, text: String
  )] {
    [("mild", "Small"), ("moderate", "Moderate"), ("severe", "Large")]
      .map { ($0.0, "\($0.1) \(noun)\(place).") }
  }

  private static func plain(_ sentences: String...) -> [(severity: String?, text: String)] {
    sentences.map { (nil, $0) }
  }

  private static let library: [String: [(severity: String?, text: String)]] = [
    "cardiomegaly": graded("cardiomegaly"),
    "effusion": sized("pleural effusion"),
    "pleural effusion": sized("pleural effusion"),
    "edema": graded("pulmonary edema"),
    "pneumothorax": sized("pneumothorax"),
    "atelectasis": [
      ("mild", "Minimal bibasilar atelectasis."), ("moderate", "Moderate bibasilar atelectasis."),
      ("severe", "Lobar atelectasis with volume loss."),
    ],
    "consolidation": [
      ("mild", "Small focal consolidation."), ("moderate", "Lobar consolidation."),
      ("severe", "Extensive multifocal consolidation."),
    ],
    "pneumonia": [
      ("mild", "Focal opacity consistent with early pneumonia."),
      ("moderate", "Lobar pneumonia."), ("severe", "Multifocal pneumonia."),
    ],
    "lung opacity": [
      ("mild", "Faint lung opacity."), ("moderate", "Patchy lung opacity."),
      ("severe", "Extensive bilateral lung opacities."),
    ],
    "infiltration": [
      ("mild", "Faint pulmonary infiltrate."), ("moderate", "Patchy pulmonary infiltrates."),
      ("severe", "Extensive bilateral pulmonary infiltrates."),
    ],
    "emphysema": graded("emphysema"),
    "fibrosis": graded("pulmonary fibrosis"),
    "pleural thickening": graded("pleural thickening"),
    "pleural other": graded("pleural thickening"),
    "enlarged cardiomediastinum": graded("widening of the mediastinum"),
    "nodule": plain("Solitary pulmonary nodule.", "Small pulmonary nodule in the upper lobe."),
    "mass": plain("Pulmonary mass.", "Large pulmonary mass."),
    "lung lesion": plain("Pulmonary nodule.", "Pulmonary mass."),
    "fracture": plain("Rib fracture.", "Displaced rib fracture."),
    "hernia": plain("Hiatal hernia.", "Large hiatal hernia."),
    "support devices": plain("Endotracheal tube in place.", "Pacemaker with intact leads."),
  ]
}
