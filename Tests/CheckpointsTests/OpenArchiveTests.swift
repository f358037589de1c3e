import Foundation
import Tensors
import Testing

@testable import Checkpoints

struct OpenArchiveTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func writeShards() throws {
    try SafetensorsWriter.write(
      [("a", Tensor([1, 2], shape: [2]))], to: "\(folder.path)/model-00001-of-00002.safetensors")
    try SafetensorsWriter.write(
      [("b", Tensor([3], shape: [1]))], to: "\(folder.path)/model-00002-of-00002.safetensors")
  }

  private func writeIndex(_ map: String) throws -> String {
    try folder.write(
      Array("{\"metadata\":{\"total_size\":12},\"weight_map\":{\(map)}}".utf8),
      as: "model.safetensors.index.json")
  }

  @Test func shardsAreOneArchive() throws {
    try writeShards()
    let index = try writeIndex(
      "\"a\":\"model-00001-of-00002.safetensors\",\"b\":\"model-00002-of-00002.safetensors\"")
    for path in [index, folder.path, folder.path + "/"] {
      let archive = try openArchive(at: path)
      #expect(archive.names == ["a", "b"])
      #expect(try archive.tensor("a").values == [1, 2])
      #expect(archive.entry("b") == TensorEntry(shape: [1], dtype: .float32))
      archive.evictMappedPages()
      #expect(try archive.rows([1, 0], of: "a").values == [2, 1])
      expectFailure("'c'") { try archive.tensor("c") }
    }
  }

  @Test func indexesThatDoNotFitTheirShardsAreRefused() throws {
    try writeShards()
    let cases: [(String, String)] = [
      ("\"a\":\"model-00009-of-00002.safetensors\"", "model-00009-of-00002.safetensors"),
      ("\"z\":\"model-00001-of-00002.safetensors\"", "'z'"),
      ("\"a\":\"../../etc/passwd\"", "outside"), ("\"a\":\"..\"", "outside"),
      ("\"a\":3", "outside"),
      ("\"a\":\"model.safetensors.index.json\"", "index"), ("", "weight_map"),
    ]
    for (map, word) in cases {
      let path = try writeIndex(map)
      expectFailure(word) { try openArchive(at: path) }
    }
  }

  @Test func whatIsNoCheckpointIsCalledWhatItIs() throws {
    let cases: [(String, String, String)] = [
      ("w.pth", "", "empty"), ("w.pth", "hello there", "not a checkpoint"),
      ("w.pth", "<!DOCTYPE html><html>", "web page"),
      ("w.safetensors.bin", "version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
      ("w.safetensors", "hello", "too short"), ("w.safetensors", "hello, world", "header"),
    ]
    for (name, text, word) in cases {
      let path = try folder.write(Array(text.utf8), as: name)
      expectFailure(path, word) { try openArchive(at: path) }
    }
    expectFailure("there is no such file") { try openArchive(at: "\(folder.path)/absent.pth") }
    let empty = try TemporaryFolder()
    expectFailure("holds no weights", "pytorch_model.bin") { try openArchive(at: empty.path) }
    expectFailure("regular file") { try openArchive(at: "/dev/zero") }
  }

  @Test func theKeyChoosesTheDictionaryAndTheErrorNamesTheOthers() throws {
    let zoo = "\(CheckpointFixtures.bundled)/pickle_zoo.pth"
    expectFailure("'state_dict_ema'", "'state_dict'", "'misc'") { try openArchive(at: zoo) }
    expectFailure("'model'", "'state_dict'") { try openArchive(at: zoo, checkpointKey: "model") }
    expectFailure("'misc'", "no tensors") { try openArchive(at: zoo, checkpointKey: "misc") }
    let flat = "\(CheckpointFixtures.bundled)/pickle_zoo_flat_oldfmt.pth"
    expectFailure("leave the checkpoint key out") {
      try openArchive(at: flat, checkpointKey: "state_dict_ema")
    }
  }

  @Test func theModulePrefixIsRemovedAndMustNotHideATwin() throws {
    func checkpoint(_ names: [String]) throws -> [UInt8] {
      let one = PickleText.checkpoint(count: 1, shape: [1], strides: [1])
      // The tensor's part of that pickle: after `{"w":` and before `s.`.
      let tensor = Array(one[(3 + PickleText.text("w").count)..<(one.count - 2)])
      var pickle: [UInt8] = [0x80, 2, UInt8(ascii: "}")]
      for name in names { pickle += PickleText.text(name) + tensor + Array("s".utf8) }
      pickle += Array(".".utf8)
      return try PickleText.zip(pickle, storage: little(Float(5).bitPattern))
    }
    let path = try folder.write(try checkpoint(["module.a", "module.module.b"]), as: "w.pth")
    let archive = try openArchive(at: path)
    #expect(archive.names == ["a", "module.b"])
    #expect(try archive.tensor("a").values == [5])
    let twins = try folder.write(try checkpoint(["a", "module.a"]), as: "twins.pth")
    expectFailure("'module.a'") { try openArchive(at: twins) }
  }

  @Test func aFilesHashIsThatOfItsBytes() throws {
    let path = try folder.write(Array("abc".utf8), as: "w")
    #expect(
      try sha256(ofFile: path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
  }
}
