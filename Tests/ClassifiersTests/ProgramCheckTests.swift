import ChildProcesses
import Foundation
import Testing

/// What keeps a program from starting is found by looking at it.
@Suite struct ProgramCheckTests {
  /// The fault of a file with these bytes, or nil.
  private func fault(
    _ bytes: [UInt8], mode: Int = 0o755, name: String = "./p", path: String = "/usr/bin:/bin"
  ) throws -> ProgramFault? {
    try withTemporaryFolder { folder in
      let file = folder + "/p"
      try Data(bytes).write(to: URL(fileURLWithPath: file))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
      do throws(ProgramFault) {
        try checkProgram(name, directory: folder, path: path)
      } catch {
        return error
      }
      return nil
    }
  }

  private func fault(_ text: String, mode: Int = 0o755) throws -> ProgramFault? {
    try fault(Array(text.utf8), mode: mode)
  }

  @Test func programsThatStartHaveNoFault() throws {
    #expect(try fault("#!/bin/sh\necho\n") == nil)
    #expect(try fault("#! /usr/bin/env -S sh -e\n") == nil)
    #expect(try fault("echo without a first line\n") == nil)
    #expect(try fault("", mode: 0o644)?.sentence.contains("not executable") == true)
    try checkProgram("sh", directory: "/")
    try checkProgram("/bin/sh", directory: "/nowhere")
  }

  @Test func eachFaultHasItsRemedy() throws {
    #expect(try fault("#!/bin/sh\r\n")?.remedy.contains("sed -i") == true)
    #expect(try fault("\u{FEFF}#!/bin/sh\n")?.sentence.contains("byte order mark") == true)
    #expect(try fault("#!\n")?.sentence.contains("names no interpreter") == true)
    #expect(try fault("#!/no/such/thing\n")?.sentence.contains("/no/such/thing") == true)
    #expect(
      try fault("#!/usr/bin/env no-such-word\n")?.sentence.contains("'no-such-word'") == true)
    #expect(try fault("")?.sentence.contains("is empty") == true)
  }

  @Test func aBinaryOfAnotherProcessorIsNamed() throws {
    // ELF, 64-bit, little-endian; machine 8 is MIPS.
    var header = [UInt8](repeating: 0, count: 64)
    header.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
    header[18] = 8
    #expect(try fault(header)?.sentence.contains("another kind of processor") == true)
  }

  @Test func foldersAndAbsentFilesAreNoPrograms() throws {
    #expect(throws: ProgramFault.self) { try checkProgram("/tmp", directory: "/") }
    #expect(throws: ProgramFault.self) { try checkProgram("./absent", directory: "/tmp") }
    let named = try fault(Array("#!/bin/sh\n".utf8), name: "p")
    #expect(named?.remedy.contains("write './p'") == true)
  }
}
