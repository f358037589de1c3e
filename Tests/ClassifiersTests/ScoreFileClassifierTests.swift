import AuditModel
import Basics
import Classifiers
import Foundation
import Testing

@Suite struct ScoreFileClassifierTests {
  private let cases = ["a.png", "b.png", "c.png"].map { ImageCase(id: $0, path: "/images/\($0)") }

  private func scores(
    _ text: String, cases: [ImageCase]? = nil, findings: [String] = ["Edema"]
  ) throws -> [ImageScore] {
    try withTemporaryFolder { folder in
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/s.csv"))
      let specification = ClassifierSpecification(name: "published", source: .scores(path: "s.csv"))
      let classifier = try makeClassifier(specification, directory: folder, findings: findings)
      var all: [ImageScore] = []
      try classifier.score(cases ?? self.cases) { all += $0 }
      return all
    }
  }

  private func message(_ text: String) -> String {
    do {
      _ = try scores(text)
      return "no failure"
    } catch {
      return "\(error)"
    }
  }

  @Test func rowsAreMatchedByIdAndEmptyOrAbsentIsNotScored() throws {
    let found = try scores("image,Edema,x\nc.png,0.25,1\na.png,,2\nz.png,0.5,3\n")
    #expect(found.map(\.id) == ["a.png", "b.png", "c.png"])
    #expect(found.map { $0.scores["Edema"] } == [.some(nil), .some(nil), .some(0.25)])
  }

  @Test func rowsMayNameTheFileWhereItIsUnique() throws {
    let cases = [
      ImageCase(id: "1", path: "/x/a.png"), ImageCase(id: "2", path: "/y/b.png"),
      ImageCase(id: "3", path: "/z/b.png"),
    ]
    let found = try scores("image,Edema\na.png,1\nb.png,2\n", cases: cases)
    // Two cases share the name b.png: guessing would be worse than no score.
    #expect(found.map { $0.scores["Edema"] } == [.some(1), .some(nil), .some(nil)])
  }

  @Test func faultsAreNamedWithTheirLine() {
    #expect(
      message("image,edemas\na.png,1\n").hasSuffix(
        "s.csv has no column 'Edema'\nhint: did you mean 'edemas'?"))
    #expect(message("file,Edema\na.png,1\n").contains("has no column 'image'"))
    #expect(
      message("image,Edema\na.png,0.1\nb.png,NaN\n").contains(
        "s.csv, line 3, column 'Edema': 'NaN' is not a number"))
    #expect(
      message("image,Edema\na.png,1\nb.png,1\na.png,1\n").contains(
        "s.csv, line 4: the image 'a.png' is there twice, first in line 2"))
    #expect(message("image,Edema\n,1\n").contains("s.csv, line 2: the image has no name"))
    #expect(
      message("image,Edema\nq.png,1\n").contains(
        "has no row for any of the 3 images, for instance 'a.png'"))
    #expect(message("image,Edema\n").contains("has no row for any"))
  }

  @Test func scoresOfTheRealTableCannotScoreOtherImages() {
    let specification = ClassifierSpecification(name: "published", source: .realTable)
    #expect(throws: AuditFailure.self) {
      try makeClassifier(specification, directory: "/", findings: ["Edema"])
    }
  }
}
