"""The kinds of stage that matters themselves lend."""

from __future__ import annotations

from linli.matters.actions.joining import Join
from linli.matters.steps import register

register(Join())
