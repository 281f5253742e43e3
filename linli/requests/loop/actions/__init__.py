"""Everything that asks, splits, merges and re-checks."""
