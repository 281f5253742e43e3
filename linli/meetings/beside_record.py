from __future__ import annotations

from linli.matters import chores
from linli.meetings.actions.following import begin_missing
from linli.meetings.models import Meeting, Topic
from linli.meetings.table.actions.forgetting import forget_opinions
from linli.record import beside, heads
from linli.record.owners import heads_of

heads.register("meeting", lambda: heads_of(Meeting))
heads.register("table", lambda: heads_of(Topic))
beside.register(beside.Beside("opinions", forget_opinions))
chores.register("monthly meetings", begin_missing)
