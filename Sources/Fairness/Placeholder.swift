// Fairness
