import Basics
import ChildProcesses
import Foundation

/// The Python program that trains, and the environment that it runs in.
struct TrainerProcess {
  let python: String
  /// Folder of the package `chexgen_trainer`.
  let package: String

  /// - Throws: ``AuditFailure`` that says how to get what is missing.
  init(python named: String?) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    package = root + "/python"
    guard FileManager.default.fileExists(atPath: package + "/chexgen_trainer/train.py") else {
      throw AuditFailure(
        "the trainer is not at '\(package)'", hint: "run this program from its checkout to train")
    }
    let environment = ProcessInfo.processInfo.environment["AUDIT_TRAINER_PYTHON"]
    let path = named ?? environment ?? root + "/.venv-train/bin/python"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw AuditFailure(
        "there is no Python with PyTorch at '\(path)'",
        hint: "run 'make train-setup', or name one in AUDIT_TRAINER_PYTHON")
    }
    python = path
  }

  /// Trains to the end, or until somebody stops it; then the last checkpoint is kept.
  /// - Throws: ``AuditFailure`` with the trainer's own sentence.
  func run(options: String, processes: Int, steps: Int, log: String, context: RunContext) throws {
    let launcher =
      processes > 1
      ? ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "\(processes)", "-m"]
      : ["-m"]
    let result: ToolRun
    var shown = -1
    do {
      result = try ToolRun.run(
        [python] + launcher + ["chexgen_trainer.train", options],
        in: parentFolder(of: options),
        environment: ["PYTHONPATH": package, "PYTHONUNBUFFERED": "1"],
        // Longer than any training; the user stops one that takes too long.
        seconds: 10 * 365 * 86_400,
        tick: {
          try context.checkInterrupted()
          let step = Self.lastStep(in: log)
          guard step != shown else { return }
          shown = step
          context.report(
            StageProgress(
              stage: "training", done: Double(step), total: Double(steps), unit: "steps"))
        })
    } catch let problem as CommandProblem {
      throw AuditFailure("the trainer \(problem.words)")
    }
    guard result.succeeded else {
      let words =
        result.errors.split(separator: "\n").last { $0.hasPrefix("error: ") }
        .map { String($0.dropFirst(7)) } ?? result.lastWords ?? "it ended with \(result.status)"
      throw AuditFailure(
        "training stopped: \(visible(words.shortened(to: 500)))",
        hint: "checkpoints are kept; the same command goes on from the last one")
    }
  }

  /// The step of the log's last whole line; 0 before the first.
  private static func lastStep(in log: String) -> Int {
    guard let file = FileHandle(forReadingAtPath: log) else { return 0 }
    defer { try? file.close() }
    let size = (try? file.seekToEnd()) ?? 0
    try? file.seek(toOffset: size > 512 ? size - 512 : 0)
    let text = String(decoding: (try? file.readToEnd()).flatMap { $0 } ?? Data(), as: UTF8.self)
    guard let line = text.split(separator: "\n").last(where: { $0.hasSuffix("}") }),
      let step = line.firstMatch(of: /"step": ([0-9]+)/)
    else { return 0 }
    return Int(step.1) ?? 0
  }
}
