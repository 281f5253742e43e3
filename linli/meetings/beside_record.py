from __future__ import annotations

from linli.matters import chores
from linli.meetings.actions.following import begin_missing
from linli.meetings.models import Meeting
from linli.record import heads
from linli.record.owners import heads_of

heads.register("meeting", lambda: heads_of(Meeting))
chores.register("monthly meetings", begin_missing)
