import Basics

/// One classifier: an ONNX file, a command or a table of scores.
package struct ClassifierSpecification: Sendable, Equatable {
  /// The kinds there are.
  package enum Source: Sendable, Equatable {
    case onnx(OnnxSpecification)
    case command(CommandSpecification)
    /// A CSV or CSV.gz with `image` and one column per finding.
    case scores(path: String)
    /// Scores are columns of the real table (`real.columns.scores`).
    case realTable

    static let readable: [any ReadableClassifierKind.Type] = [
      OnnxSpecification.self, CommandSpecification.self, ScoreFileKind.self,
    ]

    /// The one place that tells kinds apart.
    package var kind: any ClassifierKind {
      switch self {
      case .onnx(let onnx): onnx
      case .command(let command): command
      case .scores(let path): ScoreFileKind(path: path)
      case .realTable: RealTableKind()
      }
    }

    /// The same, run where `trusted` runs, or on the processor where that says nothing.
    ///
    /// Providers of ONNX Runtime load libraries and write caches where their options say, so these are
    /// no words to take from a stranger's spec.
    package func placed(as trusted: Source?) -> Source {
      guard case .onnx(var onnx) = self else { return self }
      if case .onnx(let other) = trusted {
        (onnx.provider, onnx.providerOptions) = (other.provider, other.providerOptions)
      } else {
        (onnx.provider, onnx.providerOptions) = (.cpu, [:])
      }
      return .onnx(onnx)
    }
  }
  package var name: String
  package var source: Source
  package var kind: any ClassifierKind { source.kind }
  /// Whether it looks at images, rather than holding scores.
  package var readsImages: Bool { kind.origin == .images }
  /// Finding to column of the score file, where the spec names columns; else a finding's name is
  /// its column's.
  package var scoreColumns: [String: String] = [:]
  /// How the score file is written, and its column of image names.
  package var scoreFormat = TableFormat()
  package var scoreKey = "image"

  /// nil: not declared, and asked about where it matters.
  package var scoreScale: ScoreScale?
  /// Questions that the owner has answered: the scores are meant to be so.
  package var accepted: Set<ScoreQuestion> = []

  package init(name: String, source: Source) {
    self.name = name
    self.source = source
  }
}
