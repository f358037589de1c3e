import Synchronization

/// Memory of tensors that come and go, kept for the next tensor of about that size.
///
/// Every denoising step makes tensors of the same shapes; with a workspace only the first step asks
/// the system for memory. A tensor that outlives the workspace's use keeps its memory.
package final class Workspace: Sendable {
  @TaskLocal static var current: Workspace?

  private struct Block: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    let byteCount: Int
  }
  private struct State {
    /// Free blocks, smallest first.
    var free: [Block] = []
    var allocationCount = 0
  }
  private let state = Mutex(State())

  package init() {}

  deinit { for block in state.withLock({ $0.free }) { block.pointer.deallocate() } }

  /// How often the system was asked for memory so far.
  package var allocationCount: Int { state.withLock { $0.allocationCount } }

  /// Runs `body` with this workspace behind all tensors that it makes on this task.
  package func use<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$current.withValue(self, operation: body)
  }

  /// A block of at least this many bytes, and at most half as many again.
  func take(_ byteCount: Int) -> (pointer: UnsafeMutableRawPointer, byteCount: Int) {
    let block = state.withLock { state -> Block? in
      // The list is short: as many blocks as tensors live at one time.
      let place = state.free.firstIndex { $0.byteCount >= byteCount }
      if let place, state.free[place].byteCount <= byteCount + byteCount / 2 {
        return state.free.remove(at: place)
      }
      state.allocationCount += 1
      return nil
    }
    if let block { return (block.pointer, block.byteCount) }
    return (UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64), byteCount)
  }

  func giveBack(_ pointer: UnsafeMutableRawPointer, byteCount: Int) {
    let block = Block(pointer: pointer, byteCount: byteCount)
    state.withLock { state in
      let place = state.free.firstIndex { $0.byteCount >= byteCount } ?? state.free.count
      state.free.insert(block, at: place)
    }
  }
}
