import Vocabulary

extension SpecificationReader {
  /// Rules that join two blocks of the spec.
  func check(_ specification: AuditSpecification, _ top: ObjectReader) {
    checkNames(top)
    checkImages(specification, top)
    checkClusters(specification, top)
    checkPredictors(specification, top)
    checkOutputs(specification, top)
    if specification.cohort?.design == .replica, !top.has("real"), let cohort = top.object("cohort")
    {
      cohort.fault("design", "\"replica\" makes one twin per row of 'real'; add \"real\"")
    }
  }

  /// Names are unique over all lists, because scores are stored by name.
  private func checkNames(_ top: ObjectReader) {
    var seen: [String: Int] = [:]
    for key in ["classifiers", "referencePanel", "attributePredictors"] {
      guard case .array(let elements)? = top.member(key)?.content else { continue }
      for (index, element) in elements.enumerated() {
        guard case .object(let members) = element.content,
          let member = members.first(where: { $0.name == "name" }),
          case .string(let name) = member.value.content
        else { continue }
        // Names become folders, and some disks do not tell capital letters.
        if let first = seen[name.lowercased()] {
          faults.add(
            "\(key)[\(index)].name \"\(name.shortened(to: 40))\" is taken by the classifier in line"
              + " \(first); choose another", at: member.position)
        } else {
          seen[name.lowercased()] = member.position.line
        }
      }
    }
  }

  /// An output that only its spelling keeps from a declared finding would leave it unjudged.
  private func checkOutputs(_ specification: AuditSpecification, _ top: ObjectReader) {
    let declared = specification.auditedFindings
    func letters(_ name: String) -> String {
      name.lowercased().filter { $0.isLetter || $0.isNumber }
    }
    for key in ["classifiers", "referencePanel"] where top.has(key) {
      for element in top.list(key) ?? [] {
        guard case .object(let members) = element.value.content,
          let outputs = members.first(where: { $0.name == "outputs" }),
          case .object(let names) = outputs.value.content
        else { continue }
        let answered = Set(names.map(\.name))
        for member in names where !declared.contains(member.name) {
          guard
            let meant = declared.first(where: {
              letters($0) == letters(member.name) && !answered.contains($0)
            })
          else { continue }
          faults.add(
            "\(element.keyPath).outputs names \"\(member.name.shortened(to: 40))\", and the audit's"
              + " finding is \"\(meant)\"; write both alike", at: member.position)
        }
      }
    }
  }

  private func checkImages(_ specification: AuditSpecification, _ top: ObjectReader) {
    guard let real = specification.real, real.images == nil, !top.has("cohort"),
      let object = top.object("real")
    else { return }
    let readers = (specification.classifiers + specification.referencePanel).filter(\.readsImages)
    for classifier in readers {
      faults.add(
        "real.images is missing, and the classifier \"\(classifier.name)\" needs images;"
          + " add \"images\": \"images/\"", at: object.position)
    }
  }

  /// Predictors look at the synthetic images; nothing else is asked of them.
  private func checkPredictors(_ specification: AuditSpecification, _ top: ObjectReader) {
    guard top.has("attributePredictors") else { return }
    if !top.has("cohort") {
      top.fault(
        "attributePredictors",
        "check what a generator drew, but the spec has no \"cohort\"; remove them")
    }
    if specification.cohort?.design == .replica {
      top.fault(
        "attributePredictors", "judge the arms of a counterfactual cohort, not twins; remove them")
    }
    guard let elements = top.list("attributePredictors") else { return }
    for element in elements {
      guard let object = ObjectReader(element.value, keyPath: element.keyPath, faults: faults)
      else { continue }
      if object.has("scores") {
        object.fault("scores", "cannot predict attributes of new images; give 'onnx' or 'command'")
      }
      guard let outputs = object.has("outputs") ? object.object("outputs") : nil else { continue }
      for member in outputs.members {
        let prediction = AttributePrediction(outputName: member.name)
        // A predictor may answer more than this cohort draws.
        let all = Attribute.known.filter { known in
          !specification.attributes.contains { $0.name == known.name }
        }
        guard !(specification.attributes + all).contains(where: prediction.fits) else { continue }
        faults.add(
          "\(outputs.path(member.name)) is not a prediction: write \"age\" for years, or"
            + " \"sex:Female\" or \"race:Black\" for the score of a value", at: member.position)
      }
    }
  }

  /// Several images of one patient are not independent, so counting images must be asked for.
  private func checkClusters(_ specification: AuditSpecification, _ top: ObjectReader) {
    guard let real = specification.real, real.patientColumn == nil,
      specification.analysis.cluster == .patient,
      let columns = top.object("real")?.object("columns"), !columns.has("patient")
    else { return }
    faults.add(
      "real.columns.patient is missing: name the patient column, or ask for every image as its own"
        + " with \"cluster\": \"image\" under analysis", at: columns.position)
  }
}
