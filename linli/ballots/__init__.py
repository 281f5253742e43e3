"""Ballots: owners decide, once each, by heads and by floor area, and anyone can recount."""
