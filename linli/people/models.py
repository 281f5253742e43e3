from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from linli.lib.ids import new_id
from linli.places.models import Place


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(pk=username or "")


class Person(AbstractBaseUser):
    """Somebody who takes part. Never deleted, only shredded: the row stays as a mark in the record, without its person.

    The phone number is sealed; `phone_digest` finds it again. No field for religion, ethnicity or a score, on purpose.
    `signed_out` counts how often everything was signed out: a session begun before the last time is no session any more.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    phone_sealed = models.BinaryField(null=True, blank=True)
    phone_digest = models.BinaryField(null=True, blank=True, unique=True)
    language = models.CharField(max_length=10, default="zh-hans")
    large_type = models.BooleanField(default=False)
    signed_out = models.PositiveIntegerField(default=0)
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

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What Django compares with each session: of the password, and of how often everything was signed out."""
        salted = salted_hmac("linli.people.session", f"{self.password}\0{self.signed_out}", secret, algorithm="sha256")
        return salted.hexdigest()


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


class SignInCode(models.Model):
    """A code that was sent to a phone, for one browser. Neither the code nor the number stands here in the clear."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    phone_sealed = models.BinaryField()
    phone_digest = models.BinaryField()
    digest = models.BinaryField()
    sent_at = models.DateTimeField()
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(name="code_phone", fields=["phone_digest"]),
            models.Index(name="code_sent", fields=["sent_at"]),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


class Attempt(models.Model):
    """That something limited was tried once. `subject` is a keyed digest: of a number, an address or a person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    limit = models.CharField(max_length=20)
    subject = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="attempt_counted", fields=["limit", "subject", "at"]),
            models.Index(name="attempt_at", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.limit} {self.at:%Y-%m-%d %H:%M}"


class SignIn(models.Model):
    """That somebody signed in, passed the second step, failed, or signed out. No number and no address of a network."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="sign_ins")
    how = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    device = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="sign_in_of", fields=["person", "-at"])]

    def __str__(self) -> str:
        return f"{self.how} {self.outcome} {self.at:%Y-%m-%d %H:%M}"


class Invitation(models.Model):
    """A link by which a post's holder chooses a password and a second step, once. Only a digest of it is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="invitations")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="invitation_ends_after_it_was_made", condition=Q(until__gt=F("made_at"))),
            models.CheckConstraint(
                name="invitation_used_or_revoked", condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
