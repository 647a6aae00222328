from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from hansa.kernel.money import Money
from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.models import Membership, Network, State
from hansa.organizations.models import Organization
from hansa.people.models import Person


class Program(Scoped):
    """A network's partner program; its rules are in its versions."""

    id = uuid_key()
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="programs")
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["network", "name"], name="programs_program_name")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Everybody in the network; applicants and those who were declined are not in it."""
        return inside_network(scope)


class Draft(Scoped):
    """The text being worked on; `revision` refuses a save over somebody else's newer one."""

    id = uuid_key()
    program = models.OneToOneField(Program, on_delete=models.CASCADE, related_name="draft")
    network_id = models.UUIDField()
    text = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        pass

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator."""
        return Q(network_id__in=scope.operates)


class ProgramVersion(Scoped):
    """A published program document. Never changed; what it pays is a function of its text and the sales."""

    id = uuid_key()
    code = code_field()
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="versions")
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=40)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    effective_from = models.DateField()
    effective_until = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["program", "label"], name="programs_version_label")]
        indexes = [models.Index(fields=["network", "effective_from"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Everybody in the network: rules that pay are no secret among those they pay."""
        return inside_network(scope)


class TerritoryHolding(Scoped):
    """Who holds a territory of the program between two days. `until_on` is exclusive."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    territory = models.CharField(max_length=80, help_text="Its name in the program document")
    holder = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=models.F("from_on")), name="programs_holding_forward"
            ),
            models.UniqueConstraint(
                fields=["network", "territory", "holder", "from_on"], name="programs_holding_start"
            ),
        ]
        indexes = [models.Index(fields=["network", "territory"], name="programs_holdings")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Those who run the network, and the holder."""
        return Q(network_id__in=scope.operates) | Q(holder_id=scope.organization_id)


class RulesAcceptance(Scoped):
    """That somebody accepted the rules of engagement of a version as they then stood. Never changed.

    A member accepts once for all its people, by one of them; of the operator's people each accepts for itself. `sha256`
    is the digest of the parsed section: a later version with the same rules asks nobody again.
    """

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ProgramVersion, on_delete=models.PROTECT, related_name="acceptances")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["network", "organization", "person", "sha256"], name="programs_acceptance_once"
            )
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Those who run the network, and the organization that accepted."""
        own = Q(organization_id=scope.organization_id) if scope.organization_id else Q(pk=None)
        return Q(network_id__in=scope.operates) | own


class CovenantResult(Scoped):
    """What came of a holding's covenant in a period, and the ruling on it. Never changed: a correction is a new row that
    names the one it `corrects`, and then counts alone.

    `result` counts minor units of `currency`; without one it is a quantity. `outcome` says what follows, from `from_on` on.
    """

    id = uuid_key()
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    holding = models.ForeignKey(TerritoryHolding, on_delete=models.PROTECT, related_name="results")
    period = models.CharField(max_length=7, help_text="Its label, such as 2026-Q1")
    period_from = models.DateField()
    period_until = models.DateField()
    result = models.DecimalField(max_digits=26, decimal_places=9)
    currency = models.CharField(max_length=3, blank=True)
    source = models.CharField(max_length=300, help_text="Where the figure comes from")
    inputs = models.JSONField()
    ruling = models.JSONField()
    outcome = models.CharField(max_length=10)
    from_on = models.DateField()
    program_version = models.ForeignKey(ProgramVersion, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="correction")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["holding", "period"], condition=Q(corrects=None), name="programs_covenant_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["kept", "notice", "selective", "open"]), name="programs_covenant_outcome"
            ),
        ]
        indexes = [models.Index(fields=["network", "holding"], name="programs_covenants")]

    @property
    def figure(self) -> Money | Decimal:
        """The result as an amount, or as a quantity."""
        return Money(int(self.result), self.currency) if self.currency else self.result.normalize()

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Those who run the network, and the holder."""
        return Q(network_id__in=scope.operates) | Q(holding__holder_id=scope.organization_id)


def inside_network(scope: Scope) -> Q:
    """The condition that a row's network is run by the scope, or has it as a member now or formerly, or invited."""
    if scope.organization_id is None:
        return Q(pk=None)
    own = Membership.objects.filter(organization_id=scope.organization_id)
    joined = own.exclude(state__in=[State.APPLIED, State.DECLINED]).values("network_id")
    return Q(network_id__in=scope.operates) | Q(network_id__in=joined)
