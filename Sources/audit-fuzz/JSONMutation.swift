import Basics

/// Changes a JSON text somewhere inside and leaves it JSON, which changes of bytes seldom do.
struct JSONMutation {
  private var state: UInt64

  init(seed: UInt32) { state = UInt64(seed) }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private mutating func choose(below count: Int) -> Int { Int(next() % UInt64(max(1, count))) }

  /// One to four changes.
  mutating func mutated(_ tree: JSONValue) -> JSONValue {
    var result = tree
    for _ in 0...choose(below: 4) {
      let other = anywhere(in: tree)
      change(&result, other: other)
    }
    return result
  }

  /// Every key is as likely as its neighbour, however much hangs on that.
  private mutating func anywhere(in tree: JSONValue) -> JSONValue {
    switch tree.content {
    case .array(let elements) where !elements.isEmpty && choose(below: 5) > 0:
      return anywhere(in: elements[choose(below: elements.count)])
    case .object(let members) where !members.isEmpty && choose(below: 8) > 0:
      return anywhere(in: members[choose(below: members.count)].value)
    default: return tree
    }
  }

  private mutating func change(_ tree: inout JSONValue, other: JSONValue) {
    switch tree.content {
    case .array(var elements) where !elements.isEmpty:
      if choose(below: 4) > 0 {
        change(&elements[choose(below: elements.count)], other: other)
      } else {
        rearrange(&elements, other: other)
      }
      tree.content = .array(elements)
    case .object(var members) where !members.isEmpty:
      let place = choose(below: members.count)
      switch choose(below: 12) {
      case 0: members.remove(at: place)
      case 1: members[place].value = other
      case 2:
        let from = choose(below: members.count)
        (members[place].value, members[from].value) = (members[from].value, members[place].value)
      default: change(&members[place].value, other: other)
      }
      tree.content = .object(members)
    default: tree = scalar(instead: tree, other: other)
    }
  }

  private mutating func rearrange(_ elements: inout [JSONValue], other: JSONValue) {
    let place = choose(below: elements.count)
    switch choose(below: 6) {
    case 0: elements.remove(at: place)
    case 1: elements.insert(elements[place], at: choose(below: elements.count))
    case 2: elements.swapAt(place, choose(below: elements.count))
    case 3: elements.insert(other, at: place)
    case 4: elements.removeAll()
    default: elements.removeSubrange(place...)
    }
  }

  private mutating func scalar(instead tree: JSONValue, other: JSONValue) -> JSONValue {
    switch (tree.content, choose(below: 8)) {
    case (_, 0): return .null
    case (_, 1): return other
    case (.boolean(let flag), _): return .boolean(!flag)
    case (.number, 2...):
      return JSONValue(.number(Self.numbers[choose(below: Self.numbers.count)]), at: .built)
    case (.string(let text), 2...4):
      return .string(text + Self.texts[choose(below: Self.texts.count)])
    case (.string(let text), 5): return .string(String(text.prefix(choose(below: text.count + 1))))
    case (_, 2...4): return .string(Self.texts[choose(below: Self.texts.count)])
    case (_, 5):
      return JSONValue(.number(Self.numbers[choose(below: Self.numbers.count)]), at: .built)
    case (_, 6): return .array([])
    default: return .string(Self.texts[choose(below: Self.texts.count)])
    }
  }

  private static let numbers = [
    "0", "1", "-1", "2", "0.5", "0.05", "1e-320", "-0.0", "1e308", "-1e308", "1e400", "1e19",
    "9223372036854775807", "-9223372036854775808", "9007199254740993", "255", "256", "65536",
    "2147483648", "4294967296", "0.9999999999999999", "1.0000000000000002", "1e-17", "100",
  ]

  private static let texts = [
    "", " ", "\u{1B}[2J", "\u{202E}", "\u{0}", "=1+1", "'", "\"", "<script>", "]]>", "&#0;", "|",
    "\\",
    "../../x", "/etc/passwd", "x/y.png", "%s%n", "\u{FFFE}", "\u{301}", "e\u{301}",
    "\u{1F468}\u{200D}\u{1F469}",
    "\r\n", "\n", ",", "F", "M", "sex", "age", "Effusion", "real", "synthetic", "auc", "sexF",
    "nan", "inf",
    String(repeating: "W", count: 300), String(repeating: "\u{301}", count: 300),
  ]
}
