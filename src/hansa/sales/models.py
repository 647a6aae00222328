from __future__ import annotations

from django.db import models
from django.db.models import Q

from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.models import Network
from hansa.organizations.models import Organization
from hansa.people.models import Person


class ReportState(models.TextChoices):
    """A report's life."""

    RECEIVED = "RECEIVED", "Received"
    NEEDS_MAPPING = "NEEDS_MAPPING", "Needs its columns mapped"
    CHECKING = "CHECKING", "Being checked"
    TAKEN = "TAKEN", "Taken"
    REFUSED = "REFUSED", "Refused"
    REPLACED = "REPLACED", "Replaced by a later report"


class SalesReport(Scoped):
    """One file of one sender for one month: where it came from, what was taken and what waits in quarantine."""

    id = uuid_key()
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="sales_reports")
    sender = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="sales_reports")
    month = models.DateField(help_text="First day of the month that is reported")
    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    format = models.CharField(max_length=10, blank=True)
    reading = models.JSONField(default=dict, help_text="Column mapping and number formats used")
    state = models.CharField(max_length=14, choices=ReportState.choices, default=ReportState.RECEIVED)
    state_reason = models.TextField(blank=True)
    problems = models.JSONField(default=list)
    rows_done = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    derived_prices = models.BigIntegerField(default=0)
    totals = models.JSONField(default=dict, help_text="currency -> [quantity, net amount] as exact text")
    change = models.JSONField(default=dict, help_text="What a re-sent month added, removed and changed")
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    acknowledgement = models.TextField(blank=True, help_text="X12 997 or EDIFACT CONTRL, where one was sent back")
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    checking_at = models.DateTimeField(null=True, help_text="When the present check began")
    settled_at = models.DateTimeField(null=True, help_text="When checking ended")

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["network", "sender", "sha256"],
                condition=~Q(state="REFUSED"),
                name="sales_report_same_file_once",
            ),
            models.UniqueConstraint(
                fields=["network", "sender", "month"], condition=Q(state="TAKEN"), name="sales_report_one_per_month"
            ),
        ]
        indexes = [models.Index(fields=["network", "-received_at"]), models.Index(fields=["network", "month"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator and the sender."""
        return Q(network_id__in=scope.operates) | Q(sender_id=scope.organization_id)


class Reading(Scoped):
    """How a sender's files are read: columns and number formats, remembered per set of headers."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    formats = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["network", "sender", "signature"], name="sales_reading_once")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator and the sender."""
        return Q(network_id__in=scope.operates) | Q(sender_id=scope.organization_id)


class Alias(Scoped):
    """What a sender calls a partner or a product of the network, decided by a person once. `text` is normalised."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=[("PARTNER", "Partner"), ("PRODUCT", "Product")])
    text = models.CharField(max_length=200)
    target = models.CharField(max_length=60, help_text="Membership number or SKU")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["network", "sender", "kind", "text"], name="sales_alias_once", nulls_distinct=False
            )
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator and the sender."""
        return Q(network_id__in=scope.operates) | Q(sender_id=scope.organization_id)


class LineFile(Scoped):
    """An immutable Parquet file of taken lines. The file exists for readers when this row is committed."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="line_files")
    report = models.ForeignKey(SalesReport, on_delete=models.PROTECT, related_name="line_files")
    path = models.CharField(max_length=200, unique=True, help_text="Below the installation's folder of files")
    shard = models.IntegerField()
    rows = models.BigIntegerField()
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["network", "first_on"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator and the sender; other members read their own lines through queries."""
        return Q(network_id__in=scope.operates) | Q(report_id__in=SalesReport.objects.values("id"))


class QuarantinedRow(Scoped):
    """A row that could not be taken: where it stands, what is wrong with it, and what became of it."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(SalesReport, on_delete=models.PROTECT, related_name="quarantine")
    row = models.BigIntegerField()
    column = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40)
    reason = models.TextField()
    value = models.TextField(blank=True)
    values = models.JSONField(help_text="The row as canonical fields of text")
    outcome = models.CharField(
        max_length=9, blank=True, choices=[("", "Waiting"), ("TAKEN", "Repaired"), ("DISCARDED", "Discarded")]
    )
    outcome_reason = models.CharField(max_length=300, blank=True)
    outcome_at = models.DateTimeField(null=True)
    outcome_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["report", "row"], name="sales_quarantinedrow_once")]
        indexes = [models.Index(fields=["network", "outcome", "code"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator and the sender of the report."""
        return Q(network_id__in=scope.operates) | Q(report_id__in=SalesReport.objects.values("id"))
