"""Opinions are about a person and in no event: they go with the person. The figures counted before stay."""

from __future__ import annotations

import uuid

from linli.meetings.models import Opinion


def forget_opinions(person: uuid.UUID) -> None:
    Opinion.objects.filter(person=person).delete()
