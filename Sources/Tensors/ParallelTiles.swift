import CKernels
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

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

/// Work worth less than this is done on the calling thread: waking others costs more.
private let leastParallelWork = 200_000

/// Runs `body` for each tile index, in parallel when the whole is worth more than waking threads.
///
/// - Parameter work: Rough floating-point operations of all tiles together.
func forEachTile(_ count: Int, work: Int, _ body: @Sendable (Int) -> Void) {
  if count < 2 || work < leastParallelWork || Parallelism.isSerial {
    for tile in 0..<count { body(tile) }
  } else {
    DispatchQueue.concurrentPerform(iterations: count, execute: body)
  }
}

/// As ``forEachTile(_:work:_:)`` with memory of its own for each thread, undefined at the start of
/// every tile.
///
/// - Parameter scratch: Floats that one tile needs.
func forEachTile(
  _ count: Int, work: Int, scratch: Int,
  _ body: @Sendable (_ tile: Int, _ scratch: UnsafeMutablePointer<Float>) -> Void
) {
  let isSerial = count < 2 || work < leastParallelWork || Parallelism.isSerial
  let workers = isSerial ? 1 : min(count, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  // Whole cache lines apart, so that two threads never write one line.
  let stride = (scratch + 15) / 16 * 16
  var memory = Tensor(uninitialized: [workers, stride])
  memory.withUnsafeMutablePointer { memory in
    if isSerial {
      for tile in 0..<count { body(tile, memory) }
      return
    }
    let memory = TilePointer(memory)
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      while true {
        let tile = next.add(1, ordering: .relaxed).oldValue
        guard tile < count else { return }
        body(tile, memory.base + worker * stride)
      }
    }
  }
}

/// Operations per second of multiply-adds on registers alone, on all cores together.
///
/// The best of many short tries: a virtual machine loses its cores now and then, and a peak that was
/// measured in such a moment would be exceeded by the products set against it.
package func measuredPeak() -> Double {
  let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  let rounds: Int64 = 20_000_000
  var best = 0.0
  for _ in 0..<40 {
    let operations = Mutex(0.0)
    let start = DispatchTime.now().uptimeNanoseconds
    DispatchQueue.concurrentPerform(iterations: cores) { _ in
      var sink: Float = 0
      let done = ck_peak(rounds, &sink)
      operations.withLock { $0 += done }
    }
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    best = max(best, operations.withLock { $0 } / seconds)
  }
  return best
}

/// The name of the kernels in use.
package func kernelLevelName() -> String {
  ["plain", "AVX2", "AVX-512", "AVX-512 BF16"][Int(ck_level())]
}
