import Dispatch

/// `body` of 0..<count on all processors, results in order.
///
/// The results depend on the index only, never on the number of threads: callers name their random
/// streams by the index.
package func parallelMap<Result: Sendable>(
  count: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  guard count > 1 else { return (0..<max(0, count)).map(body) }
  return [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
    nonisolated(unsafe) let start = buffer.baseAddress
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result = body(index)
      start?.advanced(by: index).initialize(to: result)
    }
    initialized = count
  }
}
