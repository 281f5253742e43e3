"""Everything that the desk writes: saved filters, bulk moves, what was exported, and what staff take down for a caller."""
