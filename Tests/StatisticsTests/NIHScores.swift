import Foundation
import Statistics
import ScoreTestSupport
import Testing

/// The labels, probabilities, patients, sexes and ages of 22,433 NIH radiographs (J. Zech, BSD-3).
struct NIHScores {
  let clusters: [Int32]
  let clusterCount: Int
  let sex: [String]
  let ageBin: [String]
  let view: [String]
  private let columns: [String: [String]]

  static let shared = Result { try NIHScores() }

  init() throws {
    columns = try SharedScores.table("scores/nih-chexnet-zech/nih_chexnet_joined.csv.gz")
    var number: [String: Int32] = [:]
    clusters = try #require(columns["patient_id"]).map { patient in
      let value = number[patient] ?? Int32(number.count)
      number[patient] = value
      return value
    }
    clusterCount = number.count
    sex = try #require(columns["sex"])
    ageBin = try #require(columns["age_bin"])
    view = try #require(columns["view"])
  }

  func scores(_ finding: String) throws -> [Double] {
    try #require(columns["prob_\(finding)"]).map { try #require(Double($0)) }
  }

  func labels(_ finding: String) throws -> [Bool] {
    try #require(columns["y_\(finding)"]).map { $0 == "1" }
  }

  func membership(_ attribute: String, _ groups: [String]) -> [Int32] {
    (attribute == "sex" ? sex : ageBin).map { value in
      groups.firstIndex(of: value).map { Int32($0) } ?? -1
    }
  }

  func sorted(_ finding: String) throws -> SortedCases {
    try SortedCases(
      scores: scores(finding), labels: labels(finding), clusters: clusters,
      clusterCount: clusterCount)
  }
}
