/// Something with a known truth that is drawn again and again.
protocol World: Sendable {
  associatedtype Result: WorldResult

  var name: String { get }
  /// Everything that decides a draw; another definition is another world.
  var definition: String { get }
  /// Relative to the checkout: whose code decides what a draw says. Results of other code are not used.
  static var sources: [String] { get }
  /// How long a draw takes, in whatever unit, for the time that is left.
  var weight: Double { get }

  /// Prepares the world, which may take a while, and returns how draws are made of it.
  ///
  /// The draws of a range of seeds are the same in every run and in any number of threads.
  func sampler() throws -> @Sendable (Range<Int>) throws -> Result

  /// Whether more draws would tell nothing new.
  func isDecided(_ result: Result) -> Bool
}

extension World {
  var definition: String { "\(self)" }
  func isDecided(_ result: Result) -> Bool { false }
}

/// What draws of a world said; of two ranges it can be added.
protocol WorldResult: Codable, Sendable {
  var draws: Int { get }
  static func + (a: Self, b: Self) -> Self
}

/// A draw that could not be analysed.
struct WorldFailure: Error { let world: String }
