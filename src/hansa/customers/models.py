from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hansa.companies.models import Company
from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.models import Network
from hansa.organizations.models import Organization
from hansa.people.models import Person


class OfOperator(Scoped):
    """A row that those who run its network read, and nobody else."""

    class Meta(Scoped.Meta):
        abstract = True

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Those who run the network."""
        return Q(network_id__in=scope.operates)


class ListState(models.TextChoices):
    """The life of an account list."""

    MAPPING = "MAPPING", "Needs its columns mapped"
    TAKING = "TAKING", "Being taken"
    TAKEN = "TAKEN", "Taken"
    REFUSED = "REFUSED", "Refused"


class AccountList(OfOperator):
    """A file of customers that was sent: how it is read, how far it is, and what became of its rows."""

    id = uuid_key()
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="account_lists")
    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=ListState.choices, default=ListState.MAPPING)
    state_reason = models.TextField(blank=True)
    headers = models.JSONField(default=list)
    sample = models.JSONField(default=list, help_text="The first rows as text")
    mapping = models.JSONField(default=dict, help_text="field -> header; `default_country` is two letters")
    rows_done = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(default=0, help_text="Estimated until the file has been read")
    added = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="The first 1,000 as [row, column, expected]")
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta(OfOperator.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["network", "sha256"], condition=~Q(state="REFUSED"), name="customers_accountlist_same_file_once"
            )
        ]
        indexes = [models.Index(fields=["network", "-received_at"], name="customers_lists")]


class Columns(OfOperator):
    """How the network's account lists are read, remembered per set of headers."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta(OfOperator.Meta):
        constraints = [models.UniqueConstraint(fields=["network", "signature"], name="customers_columns_once")]


class Account(OfOperator):
    """What those who run a network keep of a customer: segment, owner, since when, and under which number they know it.

    `digest` is of the row by which a list stated it: the same row again changes nothing.
    """

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    company = models.OneToOneField(Company, on_delete=models.PROTECT, related_name="account")
    reference = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    segment = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    since_on = models.DateField(null=True)
    taken_from = models.ForeignKey(AccountList, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta(OfOperator.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["network", "reference"], condition=~Q(reference=""), name="customers_account_reference"
            )
        ]
        indexes = [
            models.Index(fields=["network", "digest"], name="customers_digest", condition=~Q(digest="")),
            models.Index(fields=["network", "segment"], name="customers_segment", condition=~Q(segment="")),
        ]


class NamedAccount(Scoped):
    """A customer that somebody holds: the operator's own direct sales, or a partner. `until_on` is exclusive."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="named_accounts")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="named_accounts")
    holder = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    family = models.CharField(max_length=80, blank=True, help_text="Product family; empty: all")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="customers_namedaccount_forward"
            )
        ]
        indexes = [models.Index(fields=["network", "-from_on", "id"], name="customers_named")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Those who run the network, and the holder."""
        own = Q(holder_id=scope.organization_id)
        return Q(network_id__in=scope.operates) | own if scope.organization_id else Q(pk=None)
