from __future__ import annotations

from linli.ballots.actions.closing import tend_ballots
from linli.ballots.models import Ballot
from linli.matters import chores
from linli.record import heads
from linli.record.owners import heads_of

heads.register("ballot", lambda: heads_of(Ballot))
chores.register("ballots", tend_ballots)
