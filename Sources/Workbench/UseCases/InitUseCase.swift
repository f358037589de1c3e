import AuditModel
import Basics
import Foundation

/// Writes a commented starting spec.
package struct InitUseCase {
  package init() {}

  /// - Parameter dataset: A preset, whose reading of its tables is written out in full.
  /// - Returns: The path written.
  /// - Throws: ``AuditFailure`` when the file exists already or the name cannot be a file name.
  package func run(name: String, folder: String, dataset: String? = nil) throws -> String {
    let allowed = name.unicodeScalars.allSatisfy {
      ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
        || $0 == "-" || $0 == "_"
    }
    guard allowed, !name.isEmpty, name.count <= 100 else {
      throw AuditFailure(
        "'\(name)' cannot name an audit",
        hint: "use letters, digits, '-' and '_', for example 'site-a-2026'", kind: .usage)
    }
    let path = absolutePath(folder) + "/" + name + ".json"
    guard !FileManager.default.fileExists(atPath: path) else {
      throw AuditFailure("'\(path)' exists already", hint: "choose another name, or edit that file")
    }
    let text = try dataset.map { try Self.template(name: name, dataset: $0) }
    try createFolder(at: absolutePath(folder))
    try writeAtomically(text ?? Self.template(name: name), to: path)
    return path
  }

  /// A spec for scores or images of a published data set.
  static func template(name: String, dataset: String) throws -> String {
    let preset = try DatasetPreset.text(of: dataset).split(
      separator: "\n", omittingEmptySubsequences: false)
    // The lines between the outermost braces are members of a spec, comments included.
    let members = preset.drop { $0.hasPrefix("{") }.prefix { !$0.hasPrefix("}") }
      .joined(separator: "\n")
    return """
      {
        "schema": "audit-spec/1",
        "name": "\(name)",

        // What is audited: an ONNX file, a command that answers JSON lines, or a table of scores.
        "classifiers": [
          { "name": "my-classifier", "scores": "scores.csv" }
        ],

        // On what. Written out from the preset "\(dataset)", to be read and changed; a spec with
        // "real": { "dataset": "\(dataset)" } reads the same.
      \(members),
        "report": { "title": "Fairness audit of my-classifier on \(dataset)" }
      }

      """
  }

  static func template(name: String) -> String {
    """
    {
      "schema": "audit-spec/1",
      "name": "\(name)",

      // What is audited: an ONNX file, a command that answers JSON lines, or a table of scores.
      "classifiers": [
        {
          "name": "my-classifier",
          "onnx": "models/my-classifier.onnx",
          "input": { "size": [224, 224], "channels": "gray", "range": [0, 1], "mean": [0.485], "std": [0.229], "resize": "bilinear", "layout": "nchw" },
          "outputs": { "Cardiomegaly": 0, "Effusion": 1 },
          "activation": "sigmoid"
        }
        // { "name": "vendor", "command": ["python3", "predict.py"], "files": ["predict.py"], "batch": 32 },
        // { "name": "published", "scores": "scores.csv.gz" }
      ],

      // On what: every base case is drawn in every arm (sex x age x race) from the same noise.
      "cohort": {
        "design": "counterfactual",
        "generator": { "model": "builtin:chexgen-mini" },
        // The released weights instead:
        // "generator": { "dit": "weights/finetuned_demographic_impression_512.pth", "t5": "weights/t5-v1_1-xxl/", "vae": "weights/sd-vae-ft-ema/", "steps": 100, "guidance": 4.0 },
        "findings": {
          "Cardiomegaly": {
            "positive": ["Moderate cardiomegaly."],
            "negative": ["No acute cardiopulmonary abnormality."]
          }
        },
        "attributes": { "sex": ["Male", "Female"], "age": [35, 70] },
        "baseCases": 20,
        "seed": 1,
        "placebos": ["seed"]
      },

      // Your own test set, if you have one (uncomment):
      // "real": {
      //   "table": "metadata.csv", "images": "images/",
      //   "columns": { "image": "image", "patient": "patient_id", "sex": "sex", "age": "age", "labels": { "Cardiomegaly": "y_Cardiomegaly" } }
      // },

      // How it is judged. Fixed before any score is read, and hashed into the report.
      "analysis": {
        "alpha": 0.05,
        "delta": 0.05,
        "minimumCell": { "positives": 10, "negatives": 10, "clusters": 10 },
        "multiplicity": "holm",
        "seed": 1
      },

      // `audit run` exits with 1 when a verdict of these kinds occurs, or a gap is above a limit.
      // "policy": { "failOn": ["flagged"],
      //   "limits": [{ "finding": "Cardiomegaly", "attribute": "sex", "atMost": 0.1, "judgedBy": "upperLimit" }] },
      "report": { "title": "Fairness audit of my-classifier" }
    }

    """
  }
}
