"""The kind of stage that meetings lend."""

from __future__ import annotations

from linli.matters.steps import register
from linli.meetings.actions.beginning import HoldsMeeting

register(HoldsMeeting())
