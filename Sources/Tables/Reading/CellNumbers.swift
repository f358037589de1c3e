import Basics
import Glibc

/// What a cell is as a number.
enum CellNumber { case empty, value(Double), invalid }

/// A decimal number with optional sign, decimal sign and exponent; no hexadecimal, no words.
func parsedNumber(in cell: UnsafeBufferPointer<UInt8>, decimal: TableFormat.Decimal) -> CellNumber {
  var start = 0
  var end = cell.count
  while start < end, cell[start] == 0x20 { start += 1 }
  while end > start, cell[end - 1] == 0x20 { end -= 1 }
  if start == end { return .empty }
  guard end - start < 64 else { return .invalid }
  let sign = decimal == .point ? UInt8(ascii: ".") : UInt8(ascii: ",")
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
    for i in start..<end {
      switch cell[i] {
      case sign: buffer[i - start] = CChar(0x2e)
      case 0x30...0x39, 0x2b, 0x2d, 0x45, 0x65: buffer[i - start] = CChar(cell[i])
      default: return .invalid
      }
    }
    buffer[end - start] = 0
    guard let base = buffer.baseAddress else { return .invalid }
    var rest: UnsafeMutablePointer<CChar>?
    let value = strtod(base, &rest)
    guard rest == base + (end - start), value.isFinite else { return .invalid }
    return .value(value)
  }
}

/// Which sign stands before the decimals of a cell that looks like a number with decimals.
func decimalSign(in cell: UnsafeBufferPointer<UInt8>) -> TableFormat.Decimal? {
  var found: TableFormat.Decimal?
  guard cell.count < 64 else { return nil }
  for byte in cell {
    switch byte {
    case 0x30...0x39, 0x2b, 0x2d, 0x45, 0x65, 0x20: continue
    case 0x2e, 0x2c:
      if found != nil { return nil }
      found = byte == 0x2e ? .point : .comma
    default: return nil
    }
  }
  return found
}
