/// Products of long rows, summed in eight lanes so that a compiler may keep them in registers.
///
/// The order of summation is fixed: a result does not depend on the machine.
enum Products {
  /// Σ aᵢ bᵢ.
  static func dot(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    var lanes = SIMD8<Double>()
    var place = 0
    while place + 8 <= count {
      let left = UnsafeRawPointer(a + place).loadUnaligned(as: SIMD8<Double>.self)
      let right = UnsafeRawPointer(b + place).loadUnaligned(as: SIMD8<Double>.self)
      lanes += left * right
      place += 8
    }
    var sum = lanes.sum()
    while place < count {
      sum += a[place] * b[place]
      place += 1
    }
    return sum
  }

  /// Σ (aᵢ − bᵢ)².
  static func squaredDistance(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    var lanes = SIMD8<Double>()
    var place = 0
    while place + 8 <= count {
      let left = UnsafeRawPointer(a + place).loadUnaligned(as: SIMD8<Double>.self)
      let right = UnsafeRawPointer(b + place).loadUnaligned(as: SIMD8<Double>.self)
      let difference = left - right
      lanes += difference * difference
      place += 8
    }
    var sum = lanes.sum()
    while place < count {
      let difference = a[place] - b[place]
      sum += difference * difference
      place += 1
    }
    return sum
  }

  /// y ← y + factor · x.
  static func add(
    _ factor: Double, times x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>,
    _ count: Int
  ) {
    for place in 0..<count { y[place] += factor * x[place] }
  }
}
