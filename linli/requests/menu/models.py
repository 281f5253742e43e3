from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q, Value

from linli.lib.ids import new_id
from linli.lib.text import Said
from linli.matters.models import Matter, NumberField
from linli.people.models import Organisation
from linli.places.models import Place
from linli.requests.menu.kinds import ELIGIBLE, ENTITLED, FIXED, GROUPS, OUTSIDE, PRICINGS, SERVED_BY, price_said


class ServiceItem(models.Model):
    """A service that neighbours at a place and below may order. The record is the truth, these are its columns.

    What it went through is its own chain of events: `version` counts them, `head` is the hash of the last. An order keeps the
    price that stood when it was sent. `scores` and `score_sum` are folded from ended orders.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = NumberField(unique=True, editable=False, db_default=Func(Value("service_number"), function="nextval"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="services")
    group = models.CharField(max_length=12)
    title = models.CharField(max_length=40)
    title_en = models.CharField(max_length=80, blank=True)
    about = models.CharField(max_length=300, blank=True)
    about_en = models.CharField(max_length=600, blank=True)
    pricing = models.CharField(max_length=8)
    price = models.PositiveIntegerField(null=True, blank=True)  # in fen
    unit = models.CharField(max_length=10, blank=True)
    unit_en = models.CharField(max_length=20, blank=True)
    provider = models.CharField(max_length=30)  # the role that takes the orders
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="services")
    eligible = models.CharField(max_length=12)
    entitlement = models.CharField(max_length=100, blank=True)
    entitlement_en = models.CharField(max_length=200, blank=True)
    open_days = models.CharField(max_length=7)  # Monday is 1
    by_slot = models.BooleanField(default=True)  # whether a slot must be chosen; otherwise the time is agreed by phone
    per_household = models.PositiveSmallIntegerField(null=True, blank=True)  # orders in a month
    per_month = models.PositiveSmallIntegerField(null=True, blank=True)  # of all households together
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # the last day of a visit
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    scores = models.PositiveIntegerField(default=0)
    score_sum = models.PositiveIntegerField(default=0)
    good_scores = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(name="service_group_known", condition=Q(group__in=list(GROUPS))),
            models.CheckConstraint(name="service_pricing_known", condition=Q(pricing__in=list(PRICINGS))),
            models.CheckConstraint(
                name="service_fixed_has_price",
                condition=Q(pricing=FIXED, price__isnull=False, price__gte=1)
                | (~Q(pricing=FIXED) & Q(price__isnull=True)),
            ),
            models.CheckConstraint(name="service_provider_known", condition=Q(provider__in=list(SERVED_BY))),
            models.CheckConstraint(
                name="service_outside_is_named", condition=~Q(provider=OUTSIDE) | Q(organisation__isnull=False)
            ),
            models.CheckConstraint(name="service_eligible_known", condition=Q(eligible__in=list(ELIGIBLE))),
            models.CheckConstraint(
                name="service_entitlement_is_said", condition=~Q(eligible=ENTITLED) | ~Q(entitlement="")
            ),
            models.CheckConstraint(name="service_open_days_shape", condition=Q(open_days__regex=r"^1?2?3?4?5?6?7?$")),
            models.CheckConstraint(
                name="service_quotas_above_zero",
                condition=(Q(per_household__isnull=True) | Q(per_household__gte=1))
                & (Q(per_month__isnull=True) | Q(per_month__gte=1)),
            ),
            models.CheckConstraint(
                name="service_dates_in_order", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="service_scores_add_up",
                condition=Q(score_sum__gte=F("scores"), score_sum__lte=F("scores") * 5, good_scores__lte=F("scores")),
            ),
            models.UniqueConstraint(
                name="service_title_once", fields=["place", "title"], condition=Q(withdrawn_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"service {self.number}"

    @property
    def said(self) -> Said:
        return Said(self.title, self.title_en or self.title)

    @property
    def about_said(self) -> Said:
        return Said(self.about, self.about_en or self.about)

    @property
    def price_said(self) -> Said:
        return price_said(self.pricing, self.price, Said(self.unit, self.unit_en or self.unit))

    @property
    def entitlement_said(self) -> Said:
        return Said(self.entitlement, self.entitlement_en or self.entitlement)


class ServiceSlot(models.Model):
    """A time at which a service can be had, and by how many. How many took it is counted from the orders, never stored."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="slot_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="slot_has_room", condition=Q(capacity__gte=1)),
            models.UniqueConstraint(
                name="slot_once", fields=["item", "starts_at"], condition=Q(withdrawn_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"slot {self.pk}"


class ServiceOrder(models.Model):
    """A matter that orders a service, with the service's words and price as they stood then.

    It takes its slot and counts for the month as long as its matter is neither withdrawn nor declined.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="orders")
    slot = models.ForeignKey(ServiceSlot, models.PROTECT, null=True, related_name="orders")
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="order")
    room = models.ForeignKey(Place, models.PROTECT, related_name="+")
    month = models.DateField()  # its first day; of the visit, or of the order where no slot was chosen
    title = models.CharField(max_length=40)
    title_en = models.CharField(max_length=80, blank=True)
    pricing = models.CharField(max_length=8)
    price = models.PositiveIntegerField(null=True)
    unit = models.CharField(max_length=10, blank=True)
    unit_en = models.CharField(max_length=20, blank=True)
    entitlement = models.CharField(max_length=100, blank=True)
    entitlement_en = models.CharField(max_length=200, blank=True)
    folded_at = models.DateTimeField(null=True)  # when its rating went into the figure of its item

    class Meta:
        constraints = [
            models.CheckConstraint(name="order_is_of_a_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="order_fixed_has_price",
                condition=Q(pricing=FIXED, price__isnull=False) | (~Q(pricing=FIXED) & Q(price__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(name="order_of_month", fields=["item", "month", "room"]),
            models.Index(name="order_to_fold", fields=["matter"], condition=Q(folded_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"order {self.pk}"

    @property
    def said(self) -> Said:
        return Said(self.title, self.title_en or self.title)

    @property
    def price_said(self) -> Said:
        return price_said(self.pricing, self.price, Said(self.unit, self.unit_en or self.unit))

    @property
    def entitlement_said(self) -> Said:
        return Said(self.entitlement, self.entitlement_en or self.entitlement)
