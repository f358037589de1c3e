/// What a table file may ask of this machine before it is refused.
///
/// A table is read piece by piece, so memory follows ``keptBytes``, not the size of the file.
package struct TableLimits: Sendable {
  /// Bytes on disk.
  package var fileBytes = 4 << 30
  /// Bytes of text after unpacking.
  package var textBytes = 8 << 30
  /// Bytes of text per packed byte; deflate reaches 1,032 on zeros, tables of text 5 to 50.
  package var expansion = 200
  /// Text below this size may expand as it likes.
  package var expansionAfter = 64 << 20
  package var rows = 20_000_000
  package var columns = 20_000
  /// Bytes of one cell; a quote that is never closed runs into it.
  package var cellBytes = 1 << 20
  /// Bytes of memory for the cells that are kept: their text, and four bytes for each.
  package var keptBytes = 1 << 30

  package init() {}
}
