from __future__ import annotations

from django.db import models
from django.db.models import Q

from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.models import Network
from hansa.organizations.models import Organization
from hansa.people.models import Person


class Rate(Scoped):
    """What one unit of `currency` is worth in `into` on a day, kept as the exact text that settlement reads."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="rates")
    currency = models.CharField(max_length=3)
    into = models.CharField(max_length=3)
    on = models.DateField()
    rate = models.CharField(max_length=40)
    source = models.CharField(max_length=60)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["network", "into", "currency", "on"], name="ledger_rate_once")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Everybody in the network: a statement can be recomputed only with its rates."""
        return Q(network_id__in=Network.objects.values("id"))


class PeriodState(models.TextChoices):
    """A period's life."""

    OPEN = "OPEN", "Open"
    CLOSING = "CLOSING", "Closing"
    CLOSED = "CLOSED", "Closed"


class Period(Scoped):
    """A month of posting in a network: at most one is open; a closed one is sealed and never changes."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="ledger_periods")
    starts_on = models.DateField()
    until_on = models.DateField()
    state = models.CharField(max_length=8, choices=PeriodState.choices, default=PeriodState.OPEN)
    seal = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(fields=["network", "starts_on"], name="ledger_period_start"),
            models.UniqueConstraint(fields=["network"], condition=Q(state="OPEN"), name="ledger_period_one_open"),
            models.CheckConstraint(condition=~Q(state="CLOSED") | ~Q(seal=""), name="ledger_period_sealed"),
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator."""
        return Q(network_id__in=scope.operates)


class AccountKind(models.TextChoices):
    """Which account an incentive's kind posts to: an expense of the operator against what is owed to a beneficiary."""

    REBATE_EXPENSE = "REBATE_EXPENSE", "Rebate expense"
    COMMISSION_EXPENSE = "COMMISSION_EXPENSE", "Commission expense"
    SPIFF_EXPENSE = "SPIFF_EXPENSE", "SPIFF expense"
    MDF_EXPENSE = "MDF_EXPENSE", "Market development fund expense"
    REBATE_ACCRUED = "REBATE_ACCRUED", "Accrued rebates"
    COMMISSION_ACCRUED = "COMMISSION_ACCRUED", "Accrued commissions"
    SPIFF_ACCRUED = "SPIFF_ACCRUED", "Accrued SPIFFs"
    MDF_ACCRUED = "MDF_ACCRUED", "Accrued market development funds"


class Account(Scoped):
    """An account of a network in one currency; accrual accounts name the beneficiary."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=20, choices=AccountKind.choices)
    beneficiary = models.CharField(max_length=120, blank=True)
    party = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(fields=["network", "kind", "beneficiary", "currency"], name="ledger_account_once")
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator, and the organization to which it is owed."""
        own = Q(party_id=scope.organization_id) if scope.organization_id else Q(pk=None)
        return Q(network_id__in=scope.operates) | own


class Journal(Scoped):
    """The transactions of one act of posting; `digest` covers them all and is sealed in the network's event log."""

    id = uuid_key()
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="journals")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="journals")
    purpose = models.CharField(max_length=200)
    posted_at = models.DateTimeField()
    transactions_count = models.IntegerField()
    digest = models.CharField(max_length=64)

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["network", "-posted_at"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator."""
        return Q(network_id__in=scope.operates)


class Transaction(Scoped):
    """Entries that sum to zero per currency, posted once per (program version, source, beneficiary, kind).

    `effective_on` is the day it belongs to, `posted_at` when it was written; `explanation` holds rule, inputs and steps
    so that anybody entitled can recompute it.
    """

    id = uuid_key()
    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="transactions")
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    program_version_id = models.UUIDField()
    source = models.CharField(max_length=200)
    beneficiary = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    effective_on = models.DateField()
    posted_at = models.DateTimeField()
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversal")
    explanation = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["program_version_id", "source", "beneficiary", "kind"], name="ledger_transaction_exactly_once"
            )
        ]
        indexes = [models.Index(fields=["network", "beneficiary", "-posted_at"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator, and the beneficiary."""
        own = Q(party_id=scope.organization_id) if scope.organization_id else Q(pk=None)
        return Q(network_id__in=scope.operates) | own


class Entry(Scoped):
    """One signed amount (integer minor units) on one account: debit positive, credit negative."""

    id = uuid_key()
    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    network_id = models.UUIDField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["network_id", "account"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator sees both legs; a beneficiary only the leg on its own account."""
        own = Account.objects.filter(party_id=scope.organization_id).values("id")
        return Q(network_id__in=scope.operates) | Q(account_id__in=own)
