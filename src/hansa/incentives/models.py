from __future__ import annotations

from django.db import models
from django.db.models import Q

from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.ledger.models import Journal
from hansa.networks.models import Network
from hansa.organizations.models import Organization
from hansa.people.models import Person
from hansa.programs.models import ProgramVersion


class RunState(models.TextChoices):
    """A run's life."""

    QUEUED = "QUEUED", "Queued"
    RUNNING = "RUNNING", "Running"
    PREVIEWED = "PREVIEWED", "Preview"
    COMMITTED = "COMMITTED", "Committed"
    FAILED = "FAILED", "Stopped"


class SettlementRun(Scoped):
    """One program version applied to one sales period, over the line files that stood at that moment."""

    id = uuid_key()
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="settlement_runs")
    version = models.ForeignKey(ProgramVersion, on_delete=models.PROTECT, related_name="settlement_runs")
    period = models.CharField(max_length=10)
    period_starts_on = models.DateField()
    period_until_on = models.DateField()
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    progress = models.CharField(max_length=120, blank=True)
    problems = models.JSONField(default=list)
    problem_count = models.BigIntegerField(default=0)
    inputs = models.JSONField(
        default=dict, help_text="Digests of the program, lines, partners, products and rates used"
    )
    result = models.JSONField(
        default=dict, help_text="Totals of the preview: currency, payouts, difference to what was posted"
    )
    shares_path = models.CharField(max_length=200, blank=True)
    shares_sha256 = models.CharField(max_length=64, blank=True)
    journal = models.OneToOneField(Journal, null=True, on_delete=models.PROTECT, related_name="settlement_run")
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    committed_at = models.DateTimeField(null=True)
    committed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["network", "-requested_at"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator."""
        return Q(network_id__in=scope.operates)


class Payout(Scoped):
    """One row of a run: what one incentive pays one payee for one period, and what led to it (minor units)."""

    id = uuid_key()
    run = models.ForeignKey(SettlementRun, on_delete=models.PROTECT, related_name="payouts")
    network_id = models.UUIDField()
    party = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.IntegerField()
    incentive = models.CharField(max_length=80)
    incentive_name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12)
    payee_kind = models.CharField(max_length=12)
    payee = models.CharField(max_length=120)
    period = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    base = models.BigIntegerField()
    quantity = models.CharField(max_length=40)
    measure = models.CharField(max_length=60, blank=True)
    band_from = models.CharField(max_length=60, blank=True)
    amount = models.BigIntegerField()
    posted_before = models.BigIntegerField(default=0, help_text="What earlier runs had accrued for the same")
    reason = models.TextField()

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["run", "incentive", "payee"], name="incentives_payout_once")]
        indexes = [models.Index(fields=["network_id", "payee_kind", "payee"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator; the payee once the run is committed and stands on a statement."""
        stated = StatementLine.objects.values("payout_id")
        return Q(network_id__in=scope.operates) | Q(party_id=scope.organization_id, id__in=stated)


class Statement(Scoped):
    """What one beneficiary is owed for one period: opening, lines, closing, in minor units of one currency.

    Each commit of a run that changes something for the beneficiary issues the next statement of the period.
    """

    id = uuid_key()
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="statements")
    party = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="statements")
    payee_kind = models.CharField(max_length=12)
    payee = models.CharField(max_length=120)
    payee_name = models.CharField(max_length=160)
    run = models.ForeignKey(SettlementRun, on_delete=models.PROTECT, related_name="statements")
    period = models.CharField(max_length=10)
    edition = models.IntegerField(default=1)
    currency = models.CharField(max_length=3)
    opening = models.BigIntegerField()
    accrued = models.BigIntegerField()
    closing = models.BigIntegerField()
    issued_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["run", "payee_kind", "payee"], name="incentives_statement_once")]
        indexes = [models.Index(fields=["network", "-issued_at"]), models.Index(fields=["party", "-issued_at"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator and the beneficiary."""
        own = Q(party_id=scope.organization_id) if scope.organization_id else Q(pk=None)
        return Q(network_id__in=scope.operates) | own


class StatementLine(Scoped):
    """One incentive on a statement: what it pays now, what had been posted before, and the difference posted."""

    id = uuid_key()
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    network_id = models.UUIDField()
    party = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="statement_lines")
    rule = models.TextField(help_text="The incentive in words")
    amount = models.BigIntegerField()
    posted_before = models.BigIntegerField()
    difference = models.BigIntegerField()
    transaction_id = models.UUIDField(null=True, help_text="The ledger transaction that posted the difference")

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["statement", "payout"], name="incentives_statementline_once")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator and the beneficiary."""
        own = Q(party_id=scope.organization_id) if scope.organization_id else Q(pk=None)
        return Q(network_id__in=scope.operates) | own
