import Basics

@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>?, _ size: Int, _ capacity: Int) -> Int

/// libFuzzer's hook for inventing the next input: JSON stays JSON three times out of four, and chunks of a PNG
/// keep their sums, without which nothing behind the first of them would ever be read.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutateFuzzed(
  _ data: UnsafeMutablePointer<UInt8>?, _ size: Int, _ capacity: Int, _ seed: UInt32
) -> Int {
  guard let data else { return mutateBytes(data, size, capacity) }
  if FuzzedReader.chosen.readsJSON, seed & 3 != 0,
    let tree = try? JSON5Reader.value(
      of: Array(UnsafeBufferPointer(start: data, count: size)), path: "fuzzed.json")
  {
    var mutation = JSONMutation(seed: seed)
    let bytes = Array(mutation.mutated(tree).lineText.utf8)
    guard bytes.count <= capacity else { return mutateBytes(data, size, capacity) }
    _ = UnsafeMutableBufferPointer(start: data, count: bytes.count).update(fromContentsOf: bytes)
    return bytes.count
  }
  let count = mutateBytes(data, size, capacity)
  if [.png, .image].contains(FuzzedReader.chosen), seed & 7 != 0 {
    PNGSums.mend(UnsafeMutableBufferPointer(start: data, count: count))
  }
  return count
}

/// The sums of a PNG's chunks.
enum PNGSums {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Puts the right sum behind every chunk that is whole.
  static func mend(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    guard bytes.starts(with: signature) else { return }
    var place = signature.count
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = place + 8 + length
      guard end + 4 <= bytes.count else { return }
      let sum = crc(bytes[place + 4..<end])
      for index in 0..<4 { bytes[end + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * index)) }
      place = end + 4
    }
  }

  private static func crc(_ bytes: Slice<UnsafeMutableBufferPointer<UInt8>>) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 0 ? 0 : 0xEDB8_8320) }
    }
  }
}
