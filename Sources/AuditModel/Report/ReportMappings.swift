/// What one value of the real table was taken to mean, and how many rows have it.
package struct ValueMapping: Sendable, Hashable, Codable {
  /// The finding or attribute.
  package var subject: String
  package var column: String
  /// As the table has it; "" is an empty cell.
  package var value: String
  package var rows: Int
  package var meaning: String

  package init(subject: String, column: String, value: String, rows: Int, meaning: String) {
    self.subject = subject
    self.column = column
    self.value = value
    self.rows = rows
    self.meaning = meaning
  }
}
