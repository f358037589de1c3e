import Basics

/// Reads a pickle as data and executes nothing.
///
/// Only the instructions that weight files use are known, and only the names of ``PickleGlobal``;
/// anything else is refused by name. Work and memory are bounded by the length of the pickle.
/// - SeeAlso: PEP 307, PEP 3154, and Python's `pickletools` for the instructions.
struct PickleInterpreter {
  let bytes: UnsafeRawBufferPointer
  let path: String
  private(set) var position: Int
  var nodes: [PickleNode] = []
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  /// No pickle of a checkpoint comes near: the released ones have some ten thousand.
  static let nodeLimit = 4_000_000
  static let stackLimit = 4_000_000
  static let markLimit = 10_000
  /// A pickle holds names and shapes; the numbers lie elsewhere.
  static let byteLimit = 1 << 26

  init(bytes: UnsafeRawBufferPointer, path: String, position: Int = 0) {
    self.bytes = bytes
    self.path = path
    self.position = position
  }

  /// Reads one pickle and leaves ``position`` after it.
  ///
  /// - Throws: `AuditFailure` that names the file and the refused instruction or name, or the byte
  ///   at which the pickle breaks off.
  mutating func read() throws -> PickleTree {
    nodes = []
    stack = []
    marks = []
    memo = [:]
    let end = min(bytes.count, position + Self.byteLimit)
    while position < end {
      let code = bytes[position]
      position += 1
      if code == UInt8(ascii: ".") {
        let root = try pop()
        return PickleTree(root: root, nodes: nodes)
      }
      try execute(code)
      guard stack.count <= Self.stackLimit, nodes.count <= Self.nodeLimit,
        marks.count <= Self.markLimit, memo.count <= Self.nodeLimit
      else { throw failure("its pickle holds more objects than a checkpoint has") }
    }
    throw failure(
      end == bytes.count ? "its pickle breaks off" : "its pickle is longer than a checkpoint's")
  }

  private mutating func execute(_ code: UInt8) throws {
    let instruction = Unicode.Scalar(code)
    guard
      try arrange(instruction) || pushScalar(instruction) || collect(instruction)
        || remember(instruction) || call(instruction)
    else {
      throw AuditFailure(
        "\(path): its pickle uses the instruction \(PickleInstruction.name(code)) at byte "
          + "\(position - 1), which weight files do not; it was refused and nothing was executed",
        hint: "get the weights from their publisher again, or save them as .safetensors")
    }
  }

  /// The instructions about the stream and the order of the stack.
  ///
  /// - Returns: False for another instruction; so do the four that follow.
  private mutating func arrange(_ instruction: Unicode.Scalar) throws -> Bool {
    switch instruction {
    case "\u{80}":  // PROTO
      let version = try byte()
      guard version <= 5 else { throw failure("its pickle has the unknown version \(version)") }
    case "\u{95}": _ = try take(8)  // FRAME
    case "(":
      marks.append(stack.count)
    case "0":  // POP, which also takes back a mark
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case "1": _ = try popToMark()
    case "2": stack.append(try top())
    default: return false
    }
    return true
  }

  private mutating func pushScalar(_ instruction: Unicode.Scalar) throws -> Bool {
    switch instruction {
    case "N": stack.append(.none)
    case "\u{88}": stack.append(.bool(true))
    case "\u{89}": stack.append(.bool(false))
    case "J": stack.append(.integer(Int(try number(Int32.self))))
    case "K": stack.append(.integer(Int(try byte())))
    case "M": stack.append(.integer(Int(try number(UInt16.self))))
    case "\u{8a}": stack.append(Self.integer(try take(Int(try byte()))))
    case "\u{8b}": stack.append(Self.integer(try take(try count(Int32.self))))
    case "I", "L": stack.append(try decimal())
    case "G":
      let bits = UInt64(bigEndian: UInt64(littleEndian: try number(UInt64.self)))
      stack.append(.float(Double(bitPattern: bits)))
    case "X": stack.append(.string(try text(try count(UInt32.self))))
    case "\u{8c}": stack.append(.string(try text(Int(try byte()))))
    case "\u{8d}": stack.append(.string(try text(try count(UInt64.self))))
    case "T": stack.append(try oldString(try count(Int32.self)))
    case "U": stack.append(try oldString(Int(try byte())))
    case "B": stack.append(.bytes(Array(try take(try count(UInt32.self)))))
    case "C": stack.append(.bytes(Array(try take(Int(try byte())))))
    case "\u{8e}": stack.append(.bytes(Array(try take(try count(UInt64.self)))))
    default: return false
    }
    return true
  }

  private mutating func collect(_ instruction: Unicode.Scalar) throws -> Bool {
    switch instruction {
    case "]": push(.list([]))
    case "l": push(.list(try popToMark()))
    case "a": try append([try pop()])
    case "e": try append(try popToMark())
    case ")": push(.tuple([]))
    case "t": push(.tuple(try popToMark()))
    case "\u{85}": push(.tuple(try pop(count: 1)))
    case "\u{86}": push(.tuple(try pop(count: 2)))
    case "\u{87}": push(.tuple(try pop(count: 3)))
    case "}": push(.dictionary([]))
    case "d": push(.dictionary(try pairs(try popToMark())))
    case "s": try insert(try pop(count: 2))
    case "u": try insert(try popToMark())
    case "\u{8f}": push(.set([]))
    case "\u{90}": try append(try popToMark())
    case "\u{91}": push(.set(try popToMark()))
    default: return false
    }
    return true
  }

  private mutating func remember(_ instruction: Unicode.Scalar) throws -> Bool {
    switch instruction {
    case "q": memo[Int(try byte())] = try top()
    case "r": memo[Int(try number(UInt32.self))] = try top()
    case "\u{94}": memo[memo.count] = try top()
    case "h": stack.append(try recall(Int(try byte())))
    case "j": stack.append(try recall(Int(try number(UInt32.self))))
    case "p": memo[try memoIndex()] = try top()
    case "g": stack.append(try recall(try memoIndex()))
    default: return false
    }
    return true
  }

  private mutating func call(_ instruction: Unicode.Scalar) throws -> Bool {
    switch instruction {
    case "c": try pushGlobal(module: try line(), name: try line())
    case "\u{93}":  // STACK_GLOBAL
      let names = try pop(count: 2)
      guard case .string(let module) = names[0], case .string(let name) = names[1] else {
        throw failure("its pickle names something that is not a text")
      }
      try pushGlobal(module: module, name: name)
    case "R", "\u{81}":  // REDUCE, NEWOBJ
      let call = try pop(count: 2)
      stack.append(try reduce(call[0], arguments: call[1]))
    case "b": try build()
    case "Q": stack.append(try storage(try pop()))
    default: return false
    }
    return true
  }

  // MARK: Stack

  mutating func push(_ node: PickleNode) {
    stack.append(.node(nodes.count))
    nodes.append(node)
  }

  /// Adds a node without pushing it.
  mutating func store(_ node: PickleNode) -> PickleValue {
    nodes.append(node)
    return .node(nodes.count - 1)
  }

  func node(_ value: PickleValue) -> PickleNode? {
    if case .node(let index) = value { nodes[index] } else { nil }
  }

  private func top() throws -> PickleValue {
    guard let last = stack.last, stack.count > (marks.last ?? 0) else { throw empty }
    return last
  }

  private mutating func pop() throws -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(count: Int) throws -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw empty }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast(), mark <= stack.count else { throw empty }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private var empty: AuditFailure { failure("its pickle takes more than it holds") }

  private func recall(_ index: Int) throws -> PickleValue {
    guard let value = memo[index] else {
      throw failure("its pickle refers to the unknown object \(index)")
    }
    return value
  }

  // MARK: Containers

  private mutating func append(_ values: [PickleValue]) throws {
    guard case .node(let index) = try top() else { throw failure("its pickle fills a non-list") }
    // Taken out and put back so that the array grows in place and not by a copy per element.
    if case .list(var list) = nodes[index] {
      nodes[index] = .tuple([])
      list.append(contentsOf: values)
      nodes[index] = .list(list)
    } else if case .set(var set) = nodes[index] {
      nodes[index] = .tuple([])
      set.append(contentsOf: values)
      nodes[index] = .set(set)
    } else {
      throw failure("its pickle fills a non-list")
    }
  }

  private mutating func insert(_ values: [PickleValue]) throws {
    let added = try pairs(values)
    guard case .node(let index) = try top(), case .dictionary(var pairs) = nodes[index] else {
      throw failure("its pickle fills a non-dictionary")
    }
    nodes[index] = .tuple([])
    pairs.append(contentsOf: added)
    nodes[index] = .dictionary(pairs)
  }

  func pairs(_ values: [PickleValue]) throws -> [PickleNode.Pair] {
    guard values.count % 2 == 0 else { throw failure("its pickle has a key without a value") }
    return stride(from: 0, to: values.count, by: 2).map {
      PickleNode.Pair(key: values[$0], value: values[$0 + 1])
    }
  }

  private mutating func pushGlobal(module: String, name: String) throws {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw AuditFailure(
        "\(path): its pickle asks for '\(module).\(name)', which weight files do not need; "
          + "it was refused and nothing was executed",
        hint: "get the weights from their publisher again, or save them as .safetensors")
    }
    push(.global(global))
  }

  /// BUILD: attributes such as `_metadata` do not concern the numbers and are dropped.
  private mutating func build() throws {
    _ = try pop()
    switch node(try top()) {
    case .dictionary, .tensor, .opaque, .set: return
    default: throw failure("its pickle gives attributes to something that has none")
    }
  }

  // MARK: Bytes

  private mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
    guard let slice = bytes.slice(at: position, count: count) else {
      throw failure("its pickle breaks off")
    }
    position += count
    return slice
  }

  private mutating func byte() throws -> UInt8 { try number(UInt8.self) }

  private mutating func number<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type
  ) throws -> Value {
    guard let value = bytes.integer(at: position, as: type) else {
      throw failure("its pickle breaks off")
    }
    position += MemoryLayout<Value>.size
    return value
  }

  private mutating func count<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type
  ) throws -> Int {
    guard let count = Int(exactly: try number(type)), count >= 0 else {
      throw failure("its pickle states an impossible length")
    }
    return count
  }

  private mutating func text(_ count: Int) throws -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw failure("its pickle holds a text that is not UTF-8")
    }
    return text
  }

  /// A string of Python 2, which held texts and bytes alike.
  private mutating func oldString(_ count: Int) throws -> PickleValue {
    let slice = try take(count)
    return String(validating: slice, as: UTF8.self).map(PickleValue.string) ?? .bytes(Array(slice))
  }

  private mutating func line() throws -> String {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
      position += 1
      guard position - start <= 1024 else { throw failure("its pickle has an endless line") }
    }
    guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
      throw failure("its pickle holds a text that is not UTF-8")
    }
    _ = try byte()
    return text
  }

  private mutating func memoIndex() throws -> Int {
    let text = try line()
    guard let index = Int(text), index >= 0 else {
      throw failure("its pickle has the impossible object number '\(text)'")
    }
    return index
  }

  /// A decimal number of the oldest pickles, where `01` and `00` are the truth values.
  private mutating func decimal() throws -> PickleValue {
    let text = try line()
    if text == "01" { return .bool(true) }
    if text == "00" { return .bool(false) }
    let digits = text.hasSuffix("L") ? text.dropLast() : Substring(text)
    guard let value = Int(digits) else { throw failure("its pickle has no number in '\(text)'") }
    return .integer(value)
  }

  /// Two's complement of any length.
  private static func integer(_ bytes: UnsafeRawBufferPointer) -> PickleValue {
    guard bytes.count <= 8 else { return .bigInteger(Array(bytes)) }
    var value: UInt64 = (bytes.last ?? 0) >= 0x80 ? .max : 0
    for byte in bytes.reversed() { value = value &<< 8 | UInt64(byte) }
    return .integer(Int(Int64(bitPattern: value)))
  }

  func failure(_ what: String) -> AuditFailure {
    AuditFailure(
      "\(path): \(what), at byte \(position)", hint: "the file was cut or damaged; get it again")
  }
}
