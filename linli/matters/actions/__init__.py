"""Everything that changes a matter. Each action: gate, check, change, record."""
