"""What notices lend to the apps below: two chores of the lateness job."""

from __future__ import annotations

from linli.matters import chores
from linli.notices.actions.postings import end_postings
from linli.notices.actions.telling import tell_new

chores.register("postings ended", end_postings)
chores.register("told", tell_new)
