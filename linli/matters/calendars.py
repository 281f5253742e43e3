"""The working calendar that limits run on here: that of the district, as it stands at this moment."""

from __future__ import annotations

from linli.workdays.queries import office_calendar

__all__ = ["office_calendar"]
