import AuditModel
import Images
import Testing

@Suite struct BoxDrawingTests {
  private func rows(_ image: RasterImage) -> [String] {
    (0..<image.height).map { row in
      String((0..<image.width).map { image.bytes[row * image.width + $0] == 255 ? "#" : "." })
    }
  }

  @Test func filledBoxesCoverTheirPixels() {
    let image = RasterImage(
      boxes: [
        FindingBox(x: 0.25, y: 0, width: 0.5, height: 0.5),
        FindingBox(x: 0.5, y: 0.25, width: 0.5, height: 0.5),
      ], width: 8, height: 4, style: .filled)
    #expect(rows(image) == ["..####..", "..######", "....####", "........"])
    #expect(image.channels == 1)
  }

  @Test func outlinesLieInsideTheirBox() {
    let box = FindingBox(x: 0.125, y: 0, width: 0.75, height: 1)
    let thin = RasterImage(boxes: [box], width: 8, height: 5, style: .outlined, thickness: 1)
    #expect(rows(thin) == [".######.", ".#....#.", ".#....#.", ".#....#.", ".######."])
    // Too small for a hole.
    let thick = RasterImage(boxes: [box], width: 8, height: 5, style: .outlined, thickness: 3)
    #expect(rows(thick) == Array(repeating: ".######.", count: 5))
  }

  @Test func everyBoxShowsAndNoneLeavesTheImage() {
    let boxes = [
      FindingBox(x: 0, y: 0, width: 1e-9, height: 1e-9),
      FindingBox(x: 1 - 1e-12, y: 1 - 1e-12, width: 1e-12, height: 1e-12),
    ]
    #expect(
      rows(RasterImage(boxes: boxes, width: 4, height: 3, style: .filled))
        == ["#...", "....", "...#"])
  }
}
