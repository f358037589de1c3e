/// Removes web addresses as the reference does: the scheme of a full address, and bare hosts.
enum CaptionAddressRules {
  enum Scheme {
    case web
    case www
  }

  private static let domains = ["com", "co", "ru", "net", "org", "edu", "gov", "it"]

  /// Deletes `http:/`, `https://` and the like (or `www:`), and hosts with their path.
  static func withoutAddresses(_ text: Scalars, scheme: Scheme) -> Scalars {
    var hosts = HostMatcher(text: text)
    return text.replacing("") { start in
      guard text.isBoundary(start) else { return nil }
      return schemeEnd(text, start, scheme) ?? hosts.end(from: start)
    }
  }

  /// `https?:(?:/{1,3}|[a-zA-Z0-9%])`, or the same with `www`.
  private static func schemeEnd(_ text: Scalars, _ start: Int, _ scheme: Scheme) -> Int? {
    let names = scheme == .web ? ["https:", "http:"] : ["www:"]
    guard let colon = text.end(ofAny: names, at: start) else { return nil }
    let slashes = text.runEnd(colon) { $0 == "/" }
    if slashes > colon { return Swift.min(slashes, colon + 3) }
    guard let next = text.at(colon) else { return nil }
    return next.isASCIILetter || next == "%" || next.isASCII && next.isDigit ? colon + 1 : nil
  }

  /// `[a-zA-Z0-9.\-]+[.](?:com|…)[\w/-]*\b/?(?!@)`, in time linear in the text.
  ///
  /// All matches that begin in one run of host characters end at the same dot, the last that
  /// works, so a run is searched once.
  private struct HostMatcher {
    let text: Scalars
    /// Until here no host begins.
    var deadEnd = 0

    mutating func end(from start: Int) -> Int? {
      guard start >= deadEnd else { return nil }
      let runEnd = text.runEnd(start, Self.isHost)
      guard runEnd > start else { return nil }
      for dot in stride(from: runEnd - 1, to: start, by: -1) where text[dot] == "." {
        if let end = tailEnd(after: dot) { return end }
      }
      deadEnd = runEnd
      return nil
    }

    private static func isHost(_ scalar: Unicode.Scalar) -> Bool {
      scalar.isASCII && (scalar.isASCIILetter || scalar.isDigit || scalar == "." || scalar == "-")
    }

    private func tailEnd(after dot: Int) -> Int? {
      for domain in domains {
        guard let domainEnd = text.end(of: domain, at: dot + 1) else { continue }
        let longest = text.runEnd(domainEnd) { $0.isWord || $0 == "/" || $0 == "-" }
        for end in stride(from: longest, through: domainEnd, by: -1) where text.isBoundary(end) {
          if text.at(end) == "/", text.at(end + 1) != "@" { return end + 1 }
          if text.at(end) != "@" { return end }
        }
      }
      return nil
    }
  }
}
