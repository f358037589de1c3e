import Tables
import Vocabulary

/// What a table says of the attributes of its cases; cases with the same cells share their values.
struct CaseAttributes {
  private let columns: [AttributeCells]
  private let ages: AgeColumn?
  private var shared: [[Int32]: AttributeValues] = [:]

  init(_ columns: [AttributeCells], ages: AgeColumn?) {
    self.columns = columns
    self.ages = ages
  }

  /// - Throws: What cells throw that are no values.
  mutating func values(ofRow row: Int) throws -> AttributeValues {
    // Ages that follow from dates have no cell of their own.
    let age: Int32? = ages.map { $0.code(ofRow: row) } ?? -1
    let cells = columns.map { $0.code(ofRow: row) } + [age ?? -1]
    if age != nil, let known = shared[cells] { return known }
    var values = AttributeValues()
    for column in columns { values[column.attribute.name] = try column.value(ofRow: row) }
    if let years = try ages?.years(ofRow: row) { values["age"] = Attribute.text(years) }
    if age != nil { shared[cells] = values }
    return values
  }
}
