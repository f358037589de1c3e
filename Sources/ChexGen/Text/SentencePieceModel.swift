import Basics
import Checkpoints
import Foundation

/// What a SentencePiece `.model` file holds: pieces with scores, and how to normalise text.
struct SentencePieceModel: Sendable {
  struct Piece: Sendable {
    enum Kind: Int, Sendable { case normal = 1, unknown, control, userDefined, unused, byte }
    let text: String
    let score: Double
    let kind: Kind
  }

  let pieces: [Piece]
  let unknownID: Int
  let charactersMap: [UInt8]

  /// The released T5 model has 0.8 MB; nothing near this is a vocabulary.
  static let byteLimit = 1 << 26
  static let pieceByteLimit = 1024

  /// - Throws: `AuditFailure` for files that are no unigram model, with the piece at fault.
  init(contentsOf path: String) throws {
    let data = try readBytes(of: path, limit: Self.byteLimit)
    var pieces: [Piece] = []
    var unknownID = 0
    var modelType = 1
    var charactersMap: [UInt8] = []
    var reader = WireReader(data[...], path: path)
    while let (field, value) = try reader.next() {
      guard case .bytes(let message) = value else { continue }
      switch field {
      case 1: pieces.append(try Self.piece(message, number: pieces.count, path: path))
      case 2:
        var trainer = WireReader(message, path: path)
        while let (field, value) = try trainer.next() {
          guard case .varint(let number) = value else { continue }
          if field == 3 { modelType = Int(truncatingIfNeeded: number) }
          if field == 40 { unknownID = Int(truncatingIfNeeded: number) }
        }
      case 3:
        var normaliser = WireReader(message, path: path)
        while let (field, value) = try normaliser.next() {
          if field == 2, case .bytes(let map) = value { charactersMap = Array(map) }
        }
      default: continue
      }
    }
    guard modelType == 1 else {
      throw AuditFailure(
        "\(path): is a SentencePiece model of kind \(modelType); T5 uses the unigram kind, 1")
    }
    guard !pieces.isEmpty else {
      throw AuditFailure("\(path): is a SentencePiece model without pieces")
    }
    guard pieces.indices.contains(unknownID) else {
      throw AuditFailure("\(path): has no piece \(unknownID), which should be the unknown one")
    }
    self.pieces = pieces
    self.unknownID = unknownID
    self.charactersMap = charactersMap
  }

  private static func piece(
    _ message: ArraySlice<UInt8>, number: Int, path: String
  ) throws -> Piece {
    var text: String?
    var score: Float = 0
    var kind = Piece.Kind.normal
    var reader = WireReader(message, path: path)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let bytes)):
        guard bytes.count <= pieceByteLimit, let decoded = String(validating: bytes, as: UTF8.self)
        else { throw AuditFailure("\(path): piece \(number) is too long or not UTF-8") }
        text = decoded
      case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
      case (3, .varint(let number)):
        kind = Int(exactly: number).flatMap(Piece.Kind.init(rawValue:)) ?? .normal
      default: continue
      }
    }
    guard let text, score.isFinite else {
      throw AuditFailure("\(path): piece \(number) has no text or no finite score")
    }
    return Piece(text: text, score: Double(score), kind: kind)
  }
}
