extension SpecificationReader {
  /// `real.images`: a folder, or an object with the folder and how its files are read.
  func readImages(_ object: ObjectReader) -> (folder: String?, options: RealImagesSpecification) {
    var options = RealImagesSpecification()
    guard let value = object.member("images"), case .object = value.content,
      let images = object.object("images")
    else { return (object.string("images"), options) }
    images.allowOnly(["folder", "pattern", "unreadable", "bits", "window", "headers"])
    let folder = images.requiredString("folder", example: "\"images/\"")
    options.pattern = images.string("pattern")
    if let pattern = options.pattern, let problem = Self.problem(ofPattern: pattern) {
      images.fault("pattern", problem)
    }
    options.unreadable =
      images.choice("unreadable", RealImagesSpecification.Unreadable.self) ?? options.unreadable
    options.bits = images.integer("bits", in: 8...16)
    options.window = readWindow(images) ?? options.window
    options.headers = readHeaders(images)
    return (folder, options)
  }

  private func readWindow(_ images: ObjectReader) -> RealImagesSpecification.Window? {
    guard let value = images.member("window") else { return nil }
    switch value.content {
    case .string("file"): return .file
    case .string("stretch"): return .stretch
    case .string("whole range"): return .wholeRange
    case .number: return images.integer("window", in: 0...99).map { .index($0) }
    case .array(let elements) where elements.count == 2:
      let numbers = elements.enumerated().compactMap {
        images.number($1, images.path("window") + "[\($0)]", "that is finite") { _ in true }
      }
      guard numbers.count == 2 else { return nil }
      guard numbers[1] >= 1 else {
        images.fault("window", "needs a width of at least 1; write [center, width]")
        return nil
      }
      return .values(center: numbers[0], width: numbers[1])
    case .object:
      guard let object = images.object("window") else { return nil }
      object.allowOnly(["named"])
      return object.requiredString("named", example: "\"NORMAL\"").map { .named($0) }
    default:
      images.fault(
        "window",
        "must be \"file\", \"stretch\", \"whole range\", a number such as 0 for the file's first "
          + "window, [center, width] or { \"named\": \"NORMAL\" }; found \(value.kindInWords)")
      return nil
    }
  }

  /// Why a text is no pattern of paths below the image folder; nil where it is one.
  private static func problem(ofPattern pattern: String) -> String? {
    if pattern.hasPrefix("/") || pattern.split(separator: "/").contains("..") {
      return "must stay below the image folder: no '/' at its beginning and no '..'"
    }
    var isOpen = false
    var isEmpty = true
    var columns = 0
    for sign in pattern {
      switch sign {
      case "{" where isOpen: return "has a '{' within braces"
      case "{": (isOpen, isEmpty) = (true, true)
      case "}" where !isOpen || isEmpty: return "has a '}' without a column name before it"
      case "}":
        isOpen = false
        columns += 1
      default: isEmpty = false
      }
    }
    if isOpen { return "has a '{' that is never closed" }
    return columns == 0
      ? "names no column, so that all rows would share one file; write such as \"{image}.png\""
      : nil
  }
}
