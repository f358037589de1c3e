/// Hands parsed values to the `Decodable` conformance of a command.
///
/// Only the wrappers of this module decode from it; plain properties are refused.
struct ArgumentDecoder: Decoder {
  /// Definition keys to values; absent ones hold their defaults.
  let values: [String: any Sendable]
  /// Property names on the way down.
  var path: [String] = []

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  var key: String { path.joined(separator: ".") }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(ArgumentContainer(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw refusal }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw refusal }

  var refusal: ValidationError {
    ValidationError("the property '\(key)' of a command has no @Argument, @Option or @Flag")
  }
}

/// What the parser found for the wrapper that `decoder` stands at.
func parsedValue<Value: Sendable>(_: Value.Type, from decoder: any Decoder) throws -> Value {
  guard let decoder = decoder as? ArgumentDecoder, let value = decoder.values[decoder.key] as? Value
  else {
    throw ValidationError("a command can only be read from a command line")
  }
  return value
}

private struct ArgumentContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: ArgumentDecoder

  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool { true }

  private func below(_ name: String) -> ArgumentDecoder {
    ArgumentDecoder(values: decoder.values, path: decoder.path + [name])
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try Value(from: below(key.stringValue))
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
    -> KeyedDecodingContainer<Nested>
  { below(key.stringValue).container(keyedBy: type) }

  func superDecoder() -> any Decoder { decoder }
  func superDecoder(forKey key: Key) -> any Decoder { below(key.stringValue) }

  // Plain properties are not filled by a command line.
  private func refused<Value>(_ key: Key) throws -> Value { throw below(key.stringValue).refusal }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try refused(key)
  }
  func decodeNil(forKey key: Key) throws -> Bool { try refused(key) }
  func decode(_: Bool.Type, forKey key: Key) throws -> Bool { try refused(key) }
  func decode(_: String.Type, forKey key: Key) throws -> String { try refused(key) }
  func decode(_: Double.Type, forKey key: Key) throws -> Double { try refused(key) }
  func decode(_: Float.Type, forKey key: Key) throws -> Float { try refused(key) }
  func decode(_: Int.Type, forKey key: Key) throws -> Int { try refused(key) }
  func decode(_: Int8.Type, forKey key: Key) throws -> Int8 { try refused(key) }
  func decode(_: Int16.Type, forKey key: Key) throws -> Int16 { try refused(key) }
  func decode(_: Int32.Type, forKey key: Key) throws -> Int32 { try refused(key) }
  func decode(_: Int64.Type, forKey key: Key) throws -> Int64 { try refused(key) }
  func decode(_: UInt.Type, forKey key: Key) throws -> UInt { try refused(key) }
  func decode(_: UInt8.Type, forKey key: Key) throws -> UInt8 { try refused(key) }
  func decode(_: UInt16.Type, forKey key: Key) throws -> UInt16 { try refused(key) }
  func decode(_: UInt32.Type, forKey key: Key) throws -> UInt32 { try refused(key) }
  func decode(_: UInt64.Type, forKey key: Key) throws -> UInt64 { try refused(key) }
}
