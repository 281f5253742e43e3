"""Voting rules as data and the count by heads and area: pure, for ballots, meetings, playbooks and the command line alike."""
