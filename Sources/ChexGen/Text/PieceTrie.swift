/// All vocabulary pieces by their bytes, for finding those that begin at a place.
struct PieceTrie: Sendable {
  /// Children by (node, byte); the root is node 0.
  private var children: [UInt64: Int32] = [:]
  /// The piece that ends at a node, or -1.
  private var ids: [Int32] = [-1]

  /// - Parameter pieces: In the order of their ids; of equal pieces the last counts.
  init(_ pieces: [String]) {
    for (id, piece) in pieces.enumerated() where !piece.isEmpty {
      var node: Int32 = 0
      for byte in piece.utf8 {
        let key = Self.key(node, byte)
        if let child = children[key] {
          node = child
        } else {
          let child = Int32(ids.count)
          children[key] = child
          ids.append(-1)
          node = child
        }
      }
      ids[Int(node)] = Int32(id)
    }
  }

  /// Calls `body` with the end and id of every piece that begins at `start`, shortest first.
  func forEachPrefix(of bytes: [UInt8], from start: Int, _ body: (Int, Int) -> Void) {
    var node: Int32 = 0
    var position = start
    while position < bytes.count, let child = children[Self.key(node, bytes[position])] {
      node = child
      position += 1
      let id = ids[Int(node)]
      if id >= 0 { body(position, Int(id)) }
    }
  }

  private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 {
    UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)
  }
}
