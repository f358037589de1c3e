import AuditModel
import Basics
import Cohorts
import Foundation

/// The report folder can be written, and disk and memory suffice.
struct ResourcePreflight {
  let preflight: Preflight

  func faults() -> [AuditFailure] { writing() + disk() + memory() }

  private var folder: String { absolutePath(preflight.reports) }

  private func writing() -> [AuditFailure] {
    var url = URL(fileURLWithPath: folder)
    while !FileManager.default.fileExists(atPath: url.path), url.path != "/" {
      url.deleteLastPathComponent()
    }
    guard !FileManager.default.isWritableFile(atPath: url.path) else { return [] }
    return [
      AuditFailure(
        "reports cannot be written to '\(folder)': '\(url.path)' is not writable",
        hint: "name another folder with --reports, or change its permissions")
    ]
  }

  /// Images still to be drawn, at somewhat less than one byte per pixel and channel.
  private func disk() -> [AuditFailure] {
    guard let cohort = preflight.specification.cohort, cohort.design == .counterfactual,
      let generator = try? preflight.makeGenerator(cohort), let side = generator.card.resolution,
      let free = freeBytes(near: folder)
    else { return [] }
    let images = max(0, CounterfactualDesign(cohort).imageCount - preflight.drawnImages)
    let needed = images * side * side * 3
    guard needed > free else { return [] }
    return [
      AuditFailure(
        String(
          format: "%d images need about %.1f MB, and the disk of '%@' is too full: %.1f MB left",
          images,
          Double(needed) / 1e6, folder, Double(free) / 1e6),
        hint: "name a folder on another disk with --reports, or plan fewer base cases")
    ]
  }

  /// A model is in memory as a whole.
  private func memory() -> [AuditFailure] {
    guard let available = availableMemory() else { return [] }
    return preflight.specification.models.flatMap { model -> [AuditFailure] in
      let bytes = model.kind.files.reduce(0) { sum, file in
        let path = preflight.specification.resolve(file)
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
      }
      guard model.readsImages, bytes > available else { return [] }
      return [
        AuditFailure(
          String(
            format: "the model of '%@' has %.1f GB, and this machine has %.1f GB of memory free",
            model.name, Double(bytes) / 1e9, Double(available) / 1e9),
          hint: "end other programs, or audit it on a machine with more memory")
      ]
    }
  }

  /// Bytes that can be had without swapping; nil where the system does not say.
  private func availableMemory() -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else {
      return nil
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
