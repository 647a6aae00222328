from __future__ import annotations

from django.db import models
from django.db.models import Q

from hansa.deals.models.registration import Registration
from hansa.deals.rules.reading import Unreadable, read_amount
from hansa.kernel.money import Money
from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.models import Network
from hansa.organizations.models import Organization
from hansa.people.models import Person


class OfPartner(Scoped):
    """What a partner prepares: nobody else sees it, since a draft is nobody else's either."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        abstract = True

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The organization whose registrations these are."""
        return Q(partner_id=scope.organization_id) if scope.organization_id else Q(pk=None)


class RegistrationList(OfPartner):
    """A file of many registrations: looked at first, then registered row by row, or set aside by sending another."""

    class State(models.TextChoices):
        """How far it is."""

        READ = "READ", "Waits for your word"
        TAKING = "TAKING", "Being registered"
        TAKEN = "TAKEN", "Registered"

    id = uuid_key()
    code = code_field()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=6, choices=State.choices, default=State.READ)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta(OfPartner.Meta):
        constraints = [
            models.UniqueConstraint(fields=["network", "partner", "sha256"], name="deals_list_same_file_once")
        ]
        indexes = [models.Index(fields=["partner", "-received_at"], name="deals_lists")]


class ListedRow(OfPartner):
    """A row of a file: what it says by column, what is wrong with it, and what became of it.

    `problems` are [column, expected]; `reason` says why a good row was not registered; `digest` knows it again.
    """

    class State(models.TextChoices):
        """What became of it."""

        GOOD = "GOOD", "Can be registered"
        WRONG = "WRONG", "To be mended"
        REGISTERED = "REGISTERED", "Registered"
        DRAFTED = "DRAFTED", "Kept as a draft"
        KNOWN = "KNOWN", "There already"
        REFUSED = "REFUSED", "Refused"

    id = uuid_key()
    file = models.ForeignKey(RegistrationList, on_delete=models.PROTECT, related_name="rows")
    row = models.PositiveIntegerField()
    said = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices)
    problems = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    registration = models.ForeignKey(Registration, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OfPartner.Meta):
        constraints = [models.UniqueConstraint(fields=["file", "row"], name="deals_listed_row_once")]
        indexes = [models.Index(fields=["network", "partner", "digest"], name="deals_listed_digest")]

    @property
    def customer(self) -> str:
        """The customer as the row names it: by name, else by its code."""
        return str(self.said.get("customer_name") or self.said.get("customer", ""))

    @property
    def amount(self) -> Money | None:
        """The amount as it is understood; None where there is none, or none that can be."""
        try:
            currency = self.network.currency
            return Money(read_amount(self.said["amount"], currency), currency)
        except (KeyError, Unreadable):
            return None
