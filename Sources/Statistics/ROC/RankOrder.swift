/// The rows that sort scores ascending, equal scores in row order.
///
/// −0 and +0 are equal. The scores must be finite: the callers check. O(n): least-significant-digit
/// radix sort over 11-bit digits; digits that are the same in all scores cost nothing, so scores
/// stored in single precision need three passes instead of six.
package func ascendingOrder(of scores: [Double]) -> [Int32] {
  precondition(scores.count < Int(Int32.max), "more than 2^31 rows")
  let count = scores.count
  if count < 512 {
    return scores.indices.map { Int32($0) }.sorted {
      let (a, b) = (scores[Int($0)], scores[Int($1)])
      return a < b || (a == b && $0 < $1)
    }
  }
  let digitBits = 11
  let digits = 6
  let radix = 1 << digitBits
  let mask = UInt64(radix - 1)
  var histogram = [Int](repeating: 0, count: digits * radix)
  var keys = [UInt64](repeating: 0, count: count)
  for (row, score) in scores.enumerated() {
    let key = orderedBits(score)
    keys[row] = key
    for digit in 0..<digits {
      histogram[digit * radix + Int((key >> UInt64(digit * digitBits)) & mask)] += 1
    }
  }
  var rows = (0..<count).map { Int32($0) }
  var otherKeys = keys
  var otherRows = rows
  for digit in 0..<digits {
    let shift = UInt64(digit * digitBits)
    let base = digit * radix
    if histogram[base + Int((keys[0] >> shift) & mask)] == count { continue }
    var start = 0
    for bucket in base..<(base + radix) {
      let size = histogram[bucket]
      histogram[bucket] = start
      start += size
    }
    histogram.withUnsafeMutableBufferPointer { next in
      keys.withUnsafeBufferPointer { keys in
        rows.withUnsafeBufferPointer { rows in
          otherKeys.withUnsafeMutableBufferPointer { otherKeys in
            otherRows.withUnsafeMutableBufferPointer { otherRows in
              for index in 0..<count {
                let key = keys[index]
                let bucket = base + Int((key >> shift) & mask)
                let target = next[bucket]
                next[bucket] = target + 1
                otherKeys[target] = key
                otherRows[target] = rows[index]
              }
            }
          }
        }
      }
    }
    swap(&keys, &otherKeys)
    swap(&rows, &otherRows)
  }
  return rows
}

/// Bits that compare as unsigned integers the way the numbers compare.
@inline(__always)
private func orderedBits(_ value: Double) -> UInt64 {
  let bits = (value + 0.0).bitPattern
  return bits ^ (bits >> 63 == 1 ? ~0 : 1 << 63)
}

/// Midranks, 1 for the smallest; equal values share the mean of their ranks.
package func midranks(of values: [Double]) -> [Double] {
  let order = ascendingOrder(of: values)
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, values[Int(order[end])] == values[Int(order[start])] { end += 1 }
    // Ranks start+1 ... end; their mean is exact in Double below 2^52 rows.
    let rank = Double(start + 1 + end) / 2
    for index in start..<end { ranks[Int(order[index])] = rank }
    start = end
  }
  return ranks
}
