"""The kinds of stage that ballots lend."""

from __future__ import annotations

from linli.ballots.actions.beginning import HoldsBallot, HoldsElection
from linli.matters.steps import register

register(HoldsBallot())
register(HoldsElection())
