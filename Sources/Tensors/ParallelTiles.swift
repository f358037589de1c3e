import Dispatch

/// How the tensor library uses the machine's cores.
///
/// Work is cut into fixed tiles that idle threads take one by one, so a neighbour on a core slows
/// one tile and not the whole. No result depends on the number of threads.
package enum Parallelism {
  /// True runs every tile on the calling thread.
  @TaskLocal package static var isSerial = false
}

/// A pointer that tiles may share because each writes its own part.
struct TilePointer: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  init(_ base: UnsafeMutablePointer<Float>) { self.base = base }
}

/// A pointer that tiles only read.
struct ReadPointer: @unchecked Sendable {
  let base: UnsafePointer<Float>
  init(_ base: UnsafePointer<Float>) { self.base = base }
}

/// Runs `body` for each tile index, in parallel when the whole is worth more than waking threads.
///
/// - Parameter work: Rough floating-point operations of all tiles together.
func forEachTile(_ count: Int, work: Int, _ body: @Sendable (Int) -> Void) {
  if count < 2 || work < 200_000 || Parallelism.isSerial {
    for tile in 0..<count { body(tile) }
  } else {
    DispatchQueue.concurrentPerform(iterations: count, execute: body)
  }
}
