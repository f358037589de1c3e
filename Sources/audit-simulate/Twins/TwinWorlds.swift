extension TwinWorld {
  static let all = [
    TwinWorld(
      name: "twins like their cases, two groups of 60", positives: [60, 60], negatives: [120, 120],
      real: [0.85, 0.85], twins: [0.85, 0.85]),
    TwinWorld(
      name: "twins like their cases, 15 positives in one group", positives: [15, 200],
      negatives: [40, 400], real: [0.8, 0.9], twins: [0.8, 0.9]),
    TwinWorld(
      name: "twins easier by .05, four groups", positives: [60, 60, 60, 60],
      negatives: [120, 120, 120, 120], real: [0.75, 0.8, 0.85, 0.9],
      twins: [0.8, 0.85, 0.9, 0.95]),
    TwinWorld(
      name: "twins without the gap of their cases, δ = gap", positives: [300, 300],
      negatives: [600, 600], real: [0.8, 0.85], twins: [0.85, 0.85]),
    TwinWorld(
      name: "twins easier by δ, large groups", positives: [600, 600], negatives: [1200, 1200],
      real: [0.85, 0.85], twins: [0.9, 0.9], correlation: 0.8),
    TwinWorld(
      name: "twins like their cases, large groups", positives: [600, 600],
      negatives: [1200, 1200], real: [0.85, 0.9], twins: [0.85, 0.9], correlation: 0.8),
  ]
}
