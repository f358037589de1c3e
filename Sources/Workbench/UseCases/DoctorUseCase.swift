import AuditModel
import Basics
import ChexGen
import ChildProcesses
import OnnxGraphs
import Classifiers
import Foundation
import Tensors
import Cohorts
import Vocabulary

/// One line of `audit doctor`.
package struct DoctorFinding: Sendable, Equatable, Codable {
  package enum Status: String, Sendable, Codable { case ok, missing, note }
  package var subject: String
  package var status: Status
  package var detail: String
  /// What to do, where something is missing.
  package var advice: String?
}

/// Looks at what this machine has for audits.
package struct DoctorUseCase {
  /// Opens the generator that audits without further words draw with.
  package var makeGenerator: @Sendable () throws -> any RadiographGenerator

  package init(
    makeGenerator: @escaping @Sendable () throws -> any RadiographGenerator = {
      try ChexGenGenerator(GeneratorSpecification(), resolve: { $0 })
    }
  ) {
    self.makeGenerator = makeGenerator
  }

  package func run(reports: String) -> [DoctorFinding] {
    [
      processor(), memory(), onnxRuntime(), networkEngines(), oneDNN(), embeddedModel(), browser(),
      signing(),
      disk(reports), cache(),
    ]
  }

  private func processor() -> DoctorFinding {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n")
    func value(_ key: String) -> String? {
      lines.first { $0.hasPrefix(key) }?.split(separator: ":", maxSplits: 1).last
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let flags = Set((value("flags") ?? "").split(separator: " ").map(String.init))
    let known = ["avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16"].filter(flags.contains)
    return DoctorFinding(
      subject: "processor", status: .ok,
      detail:
        "\(value("model name") ?? "unknown"), \(ProcessInfo.processInfo.activeProcessorCount) "
        + "cores, \(known.isEmpty ? "no vector extensions known to us" : known.joined(separator: " "))"
    )
  }

  private func memory() -> DoctorFinding {
    let gibibytes = Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824
    let text = WrittenNumber.fixed(gibibytes, 1) + " GiB"
    return gibibytes >= 8
      ? DoctorFinding(subject: "memory", status: .ok, detail: text)
      : DoctorFinding(
        subject: "memory", status: .note, detail: text,
        advice: "the embedded model runs; the released 512-pixel weights want 8 GiB")
  }

  private func onnxRuntime() -> DoctorFinding {
    do {
      let runtime = try OnnxRuntime()
      return DoctorFinding(
        subject: "ONNX Runtime", status: .ok, detail: "\(runtime.version) (\(runtime.path))")
    } catch {
      return DoctorFinding(
        subject: "ONNX Runtime", status: .missing,
        detail: "\((error as? AuditFailure)?.message ?? "\(error)")",
        advice: "run 'make setup', or set AUDIT_ONNXRUNTIME to the path of libonnxruntime.so")
    }
  }

  /// Providers of ONNX Runtime that can draw, the CPU's tried with a small product.
  private func networkEngines() -> DoctorFinding {
    let subject = "engines that draw"
    guard let runtime = try? OnnxRuntime() else {
      return DoctorFinding(
        subject: subject, status: .note, detail: "the built-in networks; others need ONNX Runtime")
    }
    var tried = ["built-in"]
    var missing: [String] = []
    var advice: [String] = []
    for engine in [GeneratorSpecification.Engine.cpu, .cuda] {
      guard let provider = engine.provider else { continue }
      do {
        try runtime.tryProduct(on: GraphPlacement(provider: provider))
        tried.append(engine.rawValue)
      } catch let failure as AuditFailure {
        missing.append("\(engine.rawValue): \(failure.message)")
        advice += failure.hint.map { [$0] } ?? []
      } catch {
        missing.append("\(engine.rawValue): \(error)")
      }
    }
    if FileManager.default.fileExists(atPath: "/proc/driver/nvidia/version") == false {
      missing.append("no NVIDIA driver is loaded (there is no /proc/driver/nvidia/version)")
    }
    return DoctorFinding(
      subject: subject, status: .note,
      detail: "\(tried.joined(separator: ", ")) (tried with a small product)"
        + (missing.isEmpty ? "" : "; not " + missing.joined(separator: "; ")),
      advice: advice.isEmpty ? nil : advice.joined(separator: "; "))
  }

  private func oneDNN() -> DoctorFinding {
    do {
      let library = try OneDNN()
      return DoctorFinding(
        subject: "oneDNN", status: .ok,
        detail: "\(library.version) (\(library.path)), used where \"matrixEngine\" asks for it")
    } catch {
      return DoctorFinding(
        subject: "oneDNN", status: .note,
        detail: "none; only \"matrixEngine\": \"onednn\" needs it")
    }
  }

  private func embeddedModel() -> DoctorFinding {
    do {
      let generator = try makeGenerator()
      return DoctorFinding(
        subject: "embedded generator", status: .ok,
        detail: "\(generator.name), "
          + (generator.card.resolution.map { "\($0) pixels, " } ?? "")
          + "dit \(try generator.hashes["dit"]?.prefix(12) ?? "?")")
    } catch {
      return DoctorFinding(
        subject: "embedded generator", status: .missing,
        detail: (error as? AuditFailure)?.message ?? "\(error)",
        advice: "build with 'swift build -c release' in a complete checkout")
    }
  }

  private func cache() -> DoctorFinding {
    guard let cache = TextFeatureCache.standard() else {
      return DoctorFinding(
        subject: "text features", status: .note, detail: "not kept between runs",
        advice: "set AUDIT_CACHE to a folder, or HOME, to keep them")
    }
    if let reason = cache.untrustedReason {
      return DoctorFinding(
        subject: "text features", status: .note,
        detail: "those in \(cache.folder) are not used, because \(reason)",
        advice: "set AUDIT_CACHE to a folder in which only you can write")
    }
    let text = WrittenNumber.fixed(Double(cache.usedBytes) / 1e6, 1) + " MB"
    return DoctorFinding(
      subject: "text features", status: .ok,
      detail:
        "\(text) of at most \(cache.capacity >> 20) MiB in \(cache.folder), which may be removed")
  }

  private func browser() -> DoctorFinding {
    let found = ToolRun.executable(among: PDFPrinter.browsers)
    return DoctorFinding(
      subject: "Chromium", status: found == nil ? .note : .ok,
      detail: found ?? "none; reports are not printed to PDF",
      advice: found == nil ? "install the package 'chromium' to use --pdf" : nil)
  }

  private func signing() -> DoctorFinding {
    let found = ToolRun.executable(among: ["ssh-keygen"])
    return DoctorFinding(
      subject: "ssh-keygen", status: found == nil ? .note : .ok,
      detail: found ?? "none; reports can be neither signed nor their signatures verified",
      advice: found == nil ? "install the package 'openssh-client' to use --sign" : nil)
  }

  private func disk(_ reports: String) -> DoctorFinding {
    guard let free = freeBytes(near: absolutePath(reports)) else {
      return DoctorFinding(subject: "disk", status: .note, detail: "free space unknown")
    }
    let text = "\(WrittenNumber.fixed(Double(free) / 1e9, 1)) GB free for '\(reports)'"
    return free > 1_000_000_000
      ? DoctorFinding(subject: "disk", status: .ok, detail: text)
      : DoctorFinding(
        subject: "disk", status: .missing, detail: text, advice: "free at least 1 GB")
  }
}
