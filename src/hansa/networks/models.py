from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.rules import Span
from hansa.organizations.models import Organization


class Kind(models.TextChoices):
    """The four kinds of network."""

    VENDOR = "VENDOR", "Vendor-driven"
    DISTRIBUTOR = "DISTRIBUTOR", "Distributor-organized"
    PEER = "PEER", "Peer-to-peer"
    MARKETPLACE = "MARKETPLACE", "Marketplace"


class Network(Scoped):
    """Companies under one charter. A peer network has stewards instead of an operator."""

    id = uuid_key()
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    operator = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="operated_networks")
    charter = models.TextField(blank=True)
    currency = models.CharField(max_length=3)
    accent = models.CharField(max_length=12, default="baltic")
    created_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="PEER", operator=None) | (~Q(kind="PEER") & Q(operator__isnull=False)),
                name="networks_network_operator_or_stewards",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Its operator or stewards, and the organizations that it lists."""
        joined = Membership.objects.filter(organization_id=scope.organization_id).values("network_id")
        return Q(id__in=scope.operates) | Q(id__in=joined) | Q(operator_id=scope.organization_id)


class Steward(Scoped):
    """An organization elected to run a peer network between two days."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="stewards")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="stewardships")
    elected_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(fields=["network", "organization", "elected_on"], name="networks_steward_once")
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Whoever may see the network."""
        return Q(network_id__in=Network.objects.values("id")) | Q(organization_id=scope.organization_id)


class State(models.TextChoices):
    """The life of a membership."""

    INVITED = "INVITED", "Invited"
    APPLIED = "APPLIED", "Applied"
    ACTIVE = "ACTIVE", "Active"
    SUSPENDED = "SUSPENDED", "Suspended"
    DECLINED = "DECLINED", "Declined"
    ENDED = "ENDED", "Ended"


class Membership(Scoped):
    """An organization in a network, under the number by which the network's files name it."""

    id = uuid_key()
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    number = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices)
    state_since = models.DateTimeField()
    state_reason = models.CharField(max_length=300, blank=True)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(fields=["network", "organization"], name="networks_membership_once"),
            models.UniqueConstraint(fields=["network", "number"], name="networks_membership_number"),
        ]
        indexes = [models.Index(fields=["network", "state"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator, the member itself, and the distributor upstream of it."""
        downstream = Standing.objects.filter(upstream_id=scope.organization_id).values("membership_id")
        own = Q(organization_id=scope.organization_id) | Q(id__in=downstream)
        return Q(network_id__in=scope.operates) | own if scope.organization_id else Q(pk=None)


class Standing(Scoped):
    """What a member is between two days: partner types, tier, territory, distributor. `valid_until` is exclusive."""

    id = uuid_key()
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="standings")
    network_id = models.UUIDField()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    types = ArrayField(models.CharField(max_length=60))
    tier = models.CharField(max_length=60, blank=True)
    territory = models.CharField(max_length=60, blank=True)
    upstream = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "valid_from"], name="networks_standing_start", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=models.F("valid_from")),
                name="networks_standing_forward",
            ),
        ]
        indexes = [models.Index(fields=["upstream", "network_id"]), models.Index(fields=["network_id", "valid_until"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator, the member itself, and the distributor named in it."""
        own = Q(organization_id=scope.organization_id) | Q(upstream_id=scope.organization_id)
        return Q(network_id__in=scope.operates) | own if scope.organization_id else Q(pk=None)

    def holds_on(self, day: date) -> bool:
        """Whether the row is valid on a day."""
        return Span(self.valid_from, self.valid_until).holds_on(day)


def on_day(day: object) -> Q:
    """The condition that a dated row (`valid_from`, `valid_until`) holds on a day."""
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_until=None) | Q(valid_until__gt=day))
