import AuditModel
import Fairness
import Testing

struct AttributeColumnTests {
  @Test func agesFallIntoBinsWithInclusiveUpperEnds() {
    let column = attributeColumn(
      name: "age", values: [0, 19, 19.9, 20, 79, 80, 113, nil, -1],
      rule: .edges([0, 20, 40, 60, 80]))
    #expect(column.groups == ["0-19", "20-39", "40-59", "60-79", "80+"])
    #expect(column.membership == [0, 0, 0, 1, 3, 4, 4, -1, -1])
  }
}
