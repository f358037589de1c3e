import Basics
import Tensors

/// Opens `.safetensors` files: eight bytes of header length, a JSON header, then the numbers.
///
/// Refused, each with the file and the tensor: a header that does not fit the file or exceeds
/// 100 MB, repeated names, unknown element types, a shape that does not fill its bytes, and
/// tensors that overlap, leave gaps or end beyond the file.
enum SafetensorsReader {
  /// The format's own bound on the header.
  static let headerLimit = 100_000_000

  static func open(_ file: MappedFile) throws -> NamedTensors {
    let path = file.path
    guard let length = file.bytes.integer(at: 0, as: UInt64.self) else {
      throw AuditFailure("\(path): is too short for a safetensors file")
    }
    guard length <= UInt64(headerLimit) else {
      throw AuditFailure(
        "\(path): claims a header of \(length) bytes, more than a safetensors file may have")
    }
    guard let header = file.bytes.slice(at: 8, count: Int(length)) else {
      throw AuditFailure(
        "\(path): ends inside its header of \(length) bytes", hint: "the file was cut; get it again"
      )
    }
    guard header.first == UInt8(ascii: "{") else {
      throw AuditFailure("\(path): has no JSON header where a safetensors file has one")
    }
    guard
      case .object(let members) = try JSON5Reader.value(
        of: Array(header), path: path, dialect: .program
      ).content
    else {
      throw AuditFailure("\(path): has a header that is no JSON object")
    }
    let dataStart = 8 + header.count
    var metadata: [String: String] = [:]
    var tensors: [(name: String, tensor: StoredTensor)] = []
    var extents: [(range: Range<Int>, name: String)] = []
    for member in members {
      if member.name == "__metadata__" {
        metadata = try Self.metadata(member.value, path: path)
        continue
      }
      let (entry, count, range) = try extent(
        of: member, dataCount: file.bytes.count - dataStart, path: path)
      extents.append((range, member.name))
      let inFile = range.lowerBound + dataStart..<range.upperBound + dataStart
      tensors.append(
        (member.name, StoredTensor(dense: entry, count: count, in: file, at: inFile)))
    }
    try checkLayout(extents, dataCount: file.bytes.count - dataStart, path: path)
    return try NamedTensors(path: path, file: file, tensors: tensors, metadata: metadata)
  }

  private static func metadata(_ value: JSONValue, path: String) throws -> [String: String] {
    var texts: [String: String] = [:]
    for member in value.members ?? [] {
      guard let text = member.value.string else {
        throw AuditFailure("\(path): metadata '\(member.name)' is not a text")
      }
      texts[member.name] = text
    }
    return texts
  }

  private static func extent(
    of member: JSONMember, dataCount: Int, path: String
  ) throws -> (TensorEntry, count: Int, Range<Int>) {
    let name = member.name
    guard let dtype = member.value["dtype"]?.string, let shape = member.value["shape"]?.ints,
      let offsets = member.value["data_offsets"]?.ints, offsets.count == 2
    else {
      throw AuditFailure(
        "\(path): tensor '\(name)' lacks a proper dtype, shape or data_offsets in the header")
    }
    guard let type = ElementType(rawValue: dtype) else {
      throw AuditFailure(
        "\(path): tensor '\(name)' has the unknown element type '\(dtype)'",
        hint: "save it as one of \(ElementType.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard let count = TensorExtent.count(shape) else {
      throw AuditFailure("\(path): tensor '\(name)' has an impossible shape \(shape)")
    }
    guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= dataCount else {
      throw AuditFailure(
        "\(path): tensor '\(name)' lies outside the file's \(dataCount) bytes of numbers",
        hint: "the file was cut or damaged; get it again")
    }
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: type.byteWidth)
    guard !overflow, byteCount == offsets[1] - offsets[0] else {
      throw AuditFailure(
        "\(path): tensor '\(name)' of shape \(shape) and type \(dtype) does not fill its "
          + "\(offsets[1] - offsets[0]) bytes")
    }
    return (TensorEntry(shape: shape, dtype: type), count, offsets[0]..<offsets[1])
  }

  /// The format demands that the tensors tile the data, which also rules out hidden payloads.
  private static func checkLayout(
    _ extents: [(range: Range<Int>, name: String)], dataCount: Int, path: String
  ) throws {
    var end = 0
    let ordered = extents.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for (range, name) in ordered {
      guard range.lowerBound == end else {
        let what = range.lowerBound < end ? "overlaps the tensor before it" : "follows a gap"
        throw AuditFailure("\(path): tensor '\(name)' \(what)")
      }
      end = range.upperBound
    }
    guard end == dataCount else {
      throw AuditFailure("\(path): has \(dataCount - end) bytes after its last tensor")
    }
  }
}
