import Foundation

// audit-simulate [DRAWS] [FILE] [WORDS OF A WORLD'S NAME]: how often each kind of sentence is false,
// and how often a planned gap is found.

let arguments = CommandLine.arguments.dropFirst()
var document = ValidityDocument(draws: arguments.first.flatMap(Int.init) ?? 200)
let path = arguments.dropFirst().first
let wanted = arguments.dropFirst(2).joined(separator: " ")
let start = Date()

func print(row: String) {
  FileHandle.standardOutput.write(
    Data((row + String(format: "  %.0f s\n", Date().timeIntervalSince(start))).utf8))
}

for scene in Scene.all where wanted.isEmpty || scene.name.contains(wanted) {
  do {
    for row in document.add(try Simulation(scene: scene, draws: document.draws).run(), of: scene) {
      print(row: row)
    }
  } catch {
    FileHandle.standardError.write(Data("error: \(scene.name): an analysis failed\n".utf8))
    exit(2)
  }
}
for world in TwinWorld.all where wanted.isEmpty || world.name.contains(wanted) {
  do {
    print(row: document.add(try world.run(draws: document.draws), of: world))
  } catch {
    FileHandle.standardError.write(Data("error: \(world.name): an analysis failed\n".utf8))
    exit(2)
  }
}
for scene in PowerScene.all where wanted.isEmpty || "power \(scene.name)".contains(wanted) {
  if let row = document.add(scene) { print(row: row) }
}
if let path, path != "-" { try Data(document.text.utf8).write(to: URL(fileURLWithPath: path)) }
for failure in document.failures {
  FileHandle.standardError.write(Data("not as promised: \(failure)\n".utf8))
}
exit(document.failures.isEmpty ? 0 : 1)
