import AuditModel
import Foundation
import Images
import Testing

/// Pillow 13, torch 2.15 and OpenCV 5 on one picture of 14 × 11 pixels; `Fixtures/resizing.json` is
/// what they gave.
@Suite struct ResizeMethodTests {
  struct Fixture: Decodable {
    struct Resized: Decodable {
      var method: String
      var width: Int
      var height: Int
      var kind: String
      var values: [Double]
    }
    var width: Int
    var height: Int
    var picture: [UInt8]
    var equalized: [UInt8]
    var resized: [Resized]
  }

  private func fixture() throws -> Fixture {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/resizing.json")
    return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
  }

  @Test(arguments: OnnxSpecification.Resize.allCases)
  func everyMethodIsThatOfItsLibrary(method: OnnxSpecification.Resize) throws {
    let fixture = try fixture()
    let picture = RasterImage(
      width: fixture.width, height: fixture.height, channels: 1, bytes: fixture.picture)
    let cases = fixture.resized.filter { $0.method == method.rawValue }
    #expect(cases.count >= 3)
    for expected in cases {
      let isLevels = expected.kind == "levels"
      let image: WorkingImage = isLevels ? .levels(picture) : .floats(FloatImage(picture))
      let found = image.resized(width: expected.width, height: expected.height, as: method)
      switch found {
      case .levels(let levels):
        let distance = zip(levels.bytes, expected.values).map { abs(Double($0) - $1) }.max() ?? 9
        // OpenCV rounds cubic and sinc weights to 11 bits in an order that differs by processor.
        let allowed =
          [.openCVCubic, .openCVLanczos4, .openCVLinear].contains(method)
            // Areas are interpolated with such weights where an axis grows.
            || method == .openCVArea
              && (expected.width > picture.width || expected.height > picture.height)
          ? 1.0 : 0
        #expect(
          isLevels && distance <= allowed, "\(expected.width)×\(expected.height): \(distance)")
      case .floats(let floats):
        let values = isLevels ? expected.values.map { $0 / 255 } : expected.values
        let distance = zip(floats.values, values).map { abs(Double($0) - $1) }.max() ?? 9
        // The libraries add up in 32 bits; OpenCV's sinc also takes its sines in 32 bits.
        let allowed = method == .openCVLanczos4 ? 1e-5 : 2e-6
        #expect(
          !isLevels && distance < allowed, "\(expected.width)×\(expected.height): \(distance)")
      }
    }
  }

  @Test func equalisationIsThatOfOpenCV() throws {
    let fixture = try fixture()
    let picture = RasterImage(
      width: fixture.width, height: fixture.height, channels: 1, bytes: fixture.picture)
    #expect(
      WorkingImage.levels(picture).equalized()
        == .levels(
          RasterImage(
            width: fixture.width, height: fixture.height, channels: 1, bytes: fixture.equalized)))
    let flat = RasterImage(width: 2, height: 2, channels: 1, bytes: [7, 7, 7, 7])
    #expect(WorkingImage.levels(flat).equalized() == .levels(flat))
  }

  @Test func framesCutAndPad() {
    let picture = RasterImage(width: 3, height: 2, channels: 1, bytes: [1, 2, 3, 4, 5, 6])
    let image = WorkingImage.levels(picture)
    func bytes(_ image: WorkingImage) -> [UInt8] {
      if case .levels(let levels) = image { levels.bytes } else { [] }
    }
    #expect(bytes(image.framed(x: 1, y: 0, width: 2, height: 2)) == [2, 3, 5, 6])
    #expect(bytes(image.framed(x: -1, y: 1, width: 2, height: 2)) == [0, 4, 0, 0])
    #expect(bytes(image.inverted()) == [254, 253, 252, 251, 250, 249])
    let bordered = RasterImage(
      width: 3, height: 3, channels: 1, bytes: [0, 0, 0, 0, 9, 0, 0, 3, 0])
    let content = WorkingImage.levels(bordered).croppedToContent(above: 0.02)
    #expect(bytes(content) == [9])
    let floats = WorkingImage.floats(FloatImage(picture))
    #expect(floats.framed(x: -1, y: 1, width: 2, height: 2).floats.values == [0, 4.0 / 255, 0, 0])
  }
}
