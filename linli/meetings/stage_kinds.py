"""The kinds of stage that meetings lend, and what guards a promise that was made at a table."""

from __future__ import annotations

from linli.matters import gates
from linli.matters.steps import register
from linli.meetings.actions.beginning import HoldsMeeting
from linli.meetings.table.actions.opening import SetsTheTable
from linli.meetings.table.promise import PROMISE_BOOK, require_done

register(HoldsMeeting())
register(SetsTheTable())
gates.register(PROMISE_BOOK, require_done)
