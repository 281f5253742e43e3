from __future__ import annotations

import uuid

from linli.lib import clock
from linli.register.models import Member, PublicCard, Standing


def forget(person: uuid.UUID) -> None:
    """The card loses the name, standings and memberships end. A holding keeps its owner set, whose person has no name now."""
    PublicCard.objects.filter(post__person_id=person).update(shown_name="")
    Standing.objects.filter(person_id=person, until__isnull=True).update(until=clock.local_day(clock.now()))
    Member.objects.filter(person_id=person, until__isnull=True).update(until=clock.now())
