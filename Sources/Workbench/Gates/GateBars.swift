import Vocabulary

/// What gates ask for, for whoever has to know where their bars are.
package enum GateBars {
  package static let effect = EffectGate.bar
  package static let slope = EffectGate.slope.lowerBound
  package static let shift = ShiftGates.margin
  package static let years = ShiftGates.years
  package static let partners = IdentityGates.bar
  package static let near = IdentityGates.near
  package static let strange = IdentityGates.strange
  package static let agreement = AttributeExpression.bar(of: .named("sex"))
  package static let rankCorrelation = AttributeExpression.bar(of: .named("age"))
}
