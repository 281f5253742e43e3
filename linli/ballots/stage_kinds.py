"""The kind of stage that ballots lend."""

from __future__ import annotations

from linli.ballots.actions.beginning import HoldsBallot
from linli.matters.steps import register

register(HoldsBallot())
