import Foundation

// audit-simulate [DRAWS] [FILE] [WORDS OF A WORLD'S NAME]: how often each kind of sentence is false,
// and how often a planned gap is found. Draws are kept in .build/simulations, so that a run that was
// interrupted goes on.

let arguments = CommandLine.arguments.dropFirst()
let path = arguments.dropFirst().first
let words = arguments.dropFirst(2).joined(separator: " ")

func wanted<W: World>(_ worlds: [W]) -> [W] {
  worlds.filter { words.isEmpty || $0.name.contains(words) }
}

let scenes = wanted(Scene.all)
let gates = wanted(GateWorld.all)
let twins = wanted(TwinWorld.all)
let powers = wanted(PowerScene.all)
let required = wanted(RequiredWorld.all)
var document = ValidityDocument(draws: arguments.first.flatMap(Int.init) ?? 200)
let weights: [[Double]] = [
  scenes.map(\.weight), gates.map(\.weight), twins.map(\.weight), powers.map(\.weight),
  required.map(\.weight),
]
var run = WorldRun(draws: document.draws, weights: weights.flatMap { $0 })

/// Draws all worlds of a kind and shows their rows.
@MainActor func add<W: World>(
  _ worlds: [W], _ add: (inout ValidityDocument, W.Result, W) -> [String]
) {
  for world in worlds {
    do {
      guard let result = try run.run(world) else { continue }
      for row in add(&document, result, world) {
        FileHandle.standardOutput.write(Data((row + "\n").utf8))
      }
    } catch {
      FileHandle.standardError.write(Data("error: \(world.name): \(error)\n".utf8))
      exit(2)
    }
  }
}

add(gates) { $0.add($1, of: $2) }
add(scenes) { $0.add($1, of: $2) }
add(twins) { $0.add($1, of: $2) }
add(powers) { $0.add($1, of: $2) }
add(required) { $0.add($1, of: $2) }
if let path, path != "-" { try Data(document.text.utf8).write(to: URL(fileURLWithPath: path)) }
for failure in document.failures {
  FileHandle.standardError.write(Data("not as promised: \(failure)\n".utf8))
}
exit(document.failures.isEmpty ? 0 : 1)
