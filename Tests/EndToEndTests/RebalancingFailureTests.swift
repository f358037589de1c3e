import Basics
import Foundation
import Testing

/// A rebalancing set that is killed, meets a full disk, or is asked for twice at once.
@Suite struct RebalancingFailureTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    // Women without images: parity asks for ten with and ten without the finding.
    try folder.write(
      "sex,Effusion,count\nF,1,0\nF,0,0\nM,1,10\nM,0,10\n", to: "training.csv")
    for name in ["whole", "broken"] { try folder.write(specification(name), to: "\(name).json") }
  }

  private func specification(_ name: String) -> String {
    """
    {
      schema: "audit-spec/1", name: "\(name)",
      classifiers: [{ name: "net", onnx: "\(packageRoot)/audits/quickstart/models/balanced.onnx",
        input: { size: [128, 128], mean: [0.5], std: [0.25] }, outputs: { Effusion: 1 } }],
      cohort: {
        generator: { model: "builtin:chexgen-mini", steps: 2 },
        findings: { Effusion: {
          positive: ["PA view. Pleural effusion."],
          negative: ["PA view. No acute cardiopulmonary abnormality."] } },
        attributes: { sex: ["Male", "Female"] }, baseCases: 1, seed: 5,
      },
      analysis: { replicates: 100 },
      rebalance: { trainingTable: "training.csv", strategy: "parity", budget: 20,
        maximumSyntheticShare: 0.9, formats: ["huggingface", "webdataset", "nih", "weights"] },
    }
    """
  }

  /// Relative path to hash of every file of the set and its exports, wherever the reports are.
  private func files(_ report: String) throws -> [String: String] {
    let root = report + "/rebalancing"
    var result: [String: String] = [:]
    for name in FileManager.default.subpaths(atPath: root) ?? [] {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder)
      if !isFolder.boolValue { result[name] = try SHA256.hex(ofFile: root + "/" + name) }
    }
    return result
  }

  private func expectSame(_ left: [String: String], _ right: [String: String]) {
    let different = Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
    #expect(different.isEmpty, "\(different)")
    #expect(left.keys.contains("huggingface/train/metadata.csv"))
    #expect(left.keys.filter { $0.hasSuffix(".tar") }.count == 1)
  }

  @Test(.timeLimit(.minutes(3)))
  func aSetKilledAtAnyPointOrAskedForTwiceEndsLikeAnUninterruptedOne() throws {
    let whole = try AuditProgram.run(["rebalance", "whole.json"], in: folder.path)
    #expect(whole.exitCode == 0, "\(whole.transcript)")

    let drawn = folder.file("reports/broken/rebalancing/images")
    func images() -> Int {
      (FileManager.default.subpaths(atPath: drawn) ?? []).count { $0.hasSuffix(".png") }
    }
    // While the first image, a later one, and any export is being made.
    for moment in [1, 9] {
      let run = try AuditProgram.start(["rebalance", "broken.json"], in: folder.path)
      #expect(run.wait(upTo: 60) { images() >= moment }, "no image within a minute")
      if moment == 1 {
        let second = try AuditProgram.run(["rebalance", "broken.json"], in: folder.path)
        #expect(second.exitCode == 2, "\(second.transcript)")
        #expect(second.standardError.contains("another audit is running"))
      }
      run.kill()
      _ = try run.wait(seconds: 10)
    }
    let exporting = try AuditProgram.start(["rebalance", "broken.json"], in: folder.path)
    _ = exporting.wait(upTo: 60) {
      folder.exists("reports/broken/rebalancing/huggingface.tmp")
        || folder.exists("reports/broken/rebalancing/webdataset.tmp")
        || folder.exists("reports/broken/rebalancing/nih.tmp")
    }
    exporting.kill()
    _ = try exporting.wait(seconds: 10)

    let last = try AuditProgram.run(["rebalance", "broken.json"], in: folder.path)
    #expect(last.exitCode == 0, "\(last.transcript)")
    expectSame(try files(folder.file("reports/whole")), try files(folder.file("reports/broken")))
  }

  /// On a small file system of its own that grows after every failure.
  @Test(
    .timeLimit(.minutes(3)),
    .enabled(
      if: (try? Shell.run("unshare -rm true", in: "/tmp")) == 0,
      "this machine lets no user mount a small file system (unshare -rm)"))
  func aFullDiskIsSaidAndTheSameCommandContinues() throws {
    let whole = try AuditProgram.run(["rebalance", "whole.json"], in: folder.path)
    #expect(whole.exitCode == 0, "\(whole.transcript)")
    let script = """
      mkdir small
      mount -t tmpfs -o size=300k none small || exit 9
      for size in 600 900 1200 1500 1800 2100 2400 4000 8000 20000; do
        "$1" rebalance broken.json --reports small >out.txt 2>err.txt
        code=$?
        echo "$code" >>codes.txt
        test $code = 0 && break
        cat err.txt >>errors.txt
        mount -o remount,size=${size}k small
      done
      cp -r small/broken/rebalancing copied
      """
    try folder.write(script, to: "small.sh")
    let program = try AuditProgram.path()
    #expect(try Shell.run("unshare -rm sh small.sh '\(program)'", in: folder.path) == 0)
    func lines(_ name: String) throws -> [String] {
      String(decoding: try readBytes(of: folder.file(name)), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
    let errors = try lines("errors.txt")
    let codes = try lines("codes.txt")
    #expect(codes.last == "0" && codes.count >= 3, "\(codes)")
    #expect(codes.dropLast().allSatisfy { $0 == "2" }, "\(codes)")
    // One sentence each that names the disk, and one hint.
    let sentences = errors.filter { $0.hasPrefix("error:") }
    #expect(sentences.count == codes.count - 1, "\(errors)")
    #expect(
      sentences.allSatisfy {
        $0.contains("disk") && $0.contains("full")
      }, "\(sentences)")
    try createFolder(at: folder.file("small-report"))
    try FileManager.default.moveItem(
      atPath: folder.file("copied"), toPath: folder.file("small-report/rebalancing"))
    expectSame(try files(folder.file("reports/whole")), try files(folder.file("small-report")))
  }
}

/// A command line, run to its end.
enum Shell {
  static func run(_ command: String, in folder: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
