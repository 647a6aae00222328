from __future__ import annotations

from django.db import models
from django.db.models import Q

from hansa.companies.models import Company
from hansa.deals.rules import LossReason, ReviewState, Stage
from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.models import Network
from hansa.organizations.models import Organization
from hansa.people.models import Person

REVIEWS = [(state.value, state.replace("_", " ").capitalize()) for state in ReviewState]
STAGES = [(stage.value, stage.replace("_", " ").capitalize()) for stage in Stage]
LOSSES = [(reason.value, reason.replace("_", " ").capitalize()) for reason in LossReason]


class Project(Scoped):
    """What can be protected once: a customer's project with a product family in a country of one network.

    `company` stands for the customer; that other rows are the same firm is known by the check alone. `number` tells apart
    projects of one customer that somebody said are two.
    """

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    family = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    number = models.PositiveSmallIntegerField(default=1)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["network", "company", "family", "country", "number"], name="deals_project_once"
            )
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Those who run the network: to anybody else it would tell that a rival is there."""
        return Q(network_id__in=scope.operates)


class Registration(Scoped):
    """One organization's claim on a project; of the operator's own organization it is a direct opportunity.

    `customer` are the facts of the company as its partner described it: the row itself may be the partner's alone.
    `review` is what is stored; what a partner may see of it is `queries.shown_review`. `claim` holds the facts that counted on
    the day of the submission, as `kernel.plain` writes them. `answer_at` is the earliest instant of any answer,
    `answered_at` when it was given; `protected_until` is exclusive. `upstream` is the partner's distributor that day.
    `remind_at` is when the next reminder of the protection's end is due, `recheck_at` when a check that failed (`rechecks`
    times so far) is tried again. `another_than` are codes of own registrations that the partner said are other projects.
    """

    id = uuid_key()
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="registrations")
    partner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="registrations")
    upstream = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    customer = models.JSONField(default=dict)
    family = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    title = models.CharField(max_length=120)
    problem = models.TextField(blank=True)
    amount_minor = models.BigIntegerField(null=True, help_text="In minor units of `currency`")
    currency = models.CharField(max_length=3)
    close_on = models.DateField(null=True)
    contact = models.CharField(max_length=160, blank=True)
    next_steps = models.CharField(max_length=300, blank=True)
    own_reference = models.CharField(max_length=60, blank=True)
    review = models.CharField(max_length=15, choices=REVIEWS, default=ReviewState.DRAFT.value)
    reason = models.TextField(blank=True, help_text="Of the last answer, in words for the partner")
    stage = models.CharField(max_length=20, choices=STAGES, default=Stage.PROSPECT.value)
    loss_reason = models.CharField(max_length=24, choices=LOSSES, blank=True)
    claim = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)
    resubmissions = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    answer_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    decision_due = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    action_due = models.DateTimeField(null=True)
    protected_from = models.DateTimeField(null=True)
    protected_until = models.DateTimeField(null=True)
    extensions = models.PositiveIntegerField(default=0)
    remind_at = models.DateTimeField(null=True)
    recheck_at = models.DateTimeField(null=True)
    rechecks = models.PositiveSmallIntegerField(default=0)
    another_than = models.JSONField(default=list)
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="registrations")

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(review="APPROVED"), name="deals_one_protected_claim_a_project"
            ),
            models.CheckConstraint(
                condition=Q(review="DRAFT")
                | Q(review="WITHDRAWN")
                | Q(submitted_at__isnull=False, answer_at__isnull=False),
                name="deals_submitted_at_an_instant",
            ),
            models.CheckConstraint(
                condition=~Q(review="APPROVED")
                | Q(project__isnull=False, protected_until__gt=models.F("protected_from")),
                name="deals_approved_is_protected",
            ),
            models.CheckConstraint(
                condition=Q(stage="CLOSED_LOST", loss_reason__gt="") | (~Q(stage="CLOSED_LOST") & Q(loss_reason="")),
                name="deals_lost_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["network", "review", "decision_due"], name="deals_queue"),
            models.Index(fields=["partner", "-created_at"], name="deals_of_partner"),
            models.Index(fields=["company"], name="deals_of_company"),
            models.Index(fields=["network", "submitted_at"], name="deals_by_submission"),
            models.Index(fields=["protected_until"], name="deals_to_expire", condition=Q(review="APPROVED")),
            models.Index(fields=["answer_at"], name="deals_to_answer", condition=Q(answered_at=None)),
            models.Index(fields=["remind_at"], name="deals_to_remind", condition=Q(remind_at__isnull=False)),
            models.Index(fields=["recheck_at"], name="deals_to_recheck", condition=Q(recheck_at__isnull=False)),
            models.Index(fields=["action_due"], name="deals_to_mend", condition=Q(review="ACTION_REQUIRED")),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The partner, the distributor upstream of it that day, and those who run the network."""
        if scope.organization_id is None:
            return Q(pk=None)
        drafts_aside = Q(network_id__in=scope.operates) | Q(upstream_id=scope.organization_id)
        return Q(partner_id=scope.organization_id) | (drafts_aside & ~Q(review="DRAFT"))


class Version(Scoped):
    """What a registration said from one submission or amendment on. Never changed."""

    id = uuid_key()
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    values = models.JSONField()
    changed = models.JSONField(default=list, help_text="Names of the fields that differ from the version before")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["registration", "number"], name="deals_version_once")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Whoever may see the registration."""
        return Q(registration__in=Registration.objects.values("id"))
