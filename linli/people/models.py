from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from linli.lib.ids import new_id
from linli.places.models import Place


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(pk=username or "")


class Person(AbstractBaseUser):
    """Somebody who takes part. Never deleted, only shredded: the row stays as a mark in the record, without its person.

    The phone number is sealed; `phone_digest` finds it again. No field for religion, ethnicity or a score, on purpose.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    phone_sealed = models.BinaryField(null=True, blank=True)
    phone_digest = models.BinaryField(null=True, blank=True, unique=True)
    language = models.CharField(max_length=10, default="zh-hans")
    large_type = models.BooleanField(default=False)
    shredded_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "id"
    objects = PersonManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_shredded_is_empty",
                condition=Q(shredded_at__isnull=True)
                | Q(name="", phone_sealed__isnull=True, phone_digest__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Organisation(models.Model):
    """A property company, an owners' committee, a community, a department: who fills posts together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A person holds a role at a place, for a term. A post that has ended gives no rights from that moment on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=30)
    place = models.ForeignKey(Place, models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="posts")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="post_term_in_order", condition=Q(until__isnull=True) | Q(until__gte=F("since"))
            ),
            models.UniqueConstraint(
                name="post_held_once", fields=["person", "role", "place"], condition=Q(until__isnull=True)
            ),
        ]
        indexes = [
            models.Index(name="post_seat", fields=["place", "role"], condition=Q(until__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
