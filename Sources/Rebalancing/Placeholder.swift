// Rebalancing
