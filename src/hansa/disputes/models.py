from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hansa.disputes.rules import course
from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.models import Network
from hansa.organizations.models import Organization
from hansa.people.models import Person
from hansa.programs.models import inside_network

OVER = sorted(state.value for state in course.OVER)


class Kind(models.TextChoices):
    """What kind of decision is disputed."""

    REGISTRATION = "REGISTRATION", "Registration"
    STATEMENT_LINE = "STATEMENT_LINE", "Statement line"
    WORK_ORDER = "WORK_ORDER", "Work order"
    HAND_OFF = "HAND_OFF", "Hand-off"


class State(models.TextChoices):
    """Where a case stands (`rules.course.State`, with words)."""

    FILED = "FILED", "Filed"
    EVIDENCE = "EVIDENCE", "Taking evidence"
    DECIDING = "DECIDING", "Being decided"
    PROPOSED = "PROPOSED", "Remedy proposed"
    APPEALED = "APPEALED", "Appealed"
    FINAL = "FINAL", "Final"
    SETTLED = "SETTLED", "Settled"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


class Side(models.TextChoices):
    """The two sides of a case (`rules.course.Side`, with words)."""

    CLAIMANT = "CLAIMANT", "Claimant"
    RESPONDENT = "RESPONDENT", "Respondent"


class RemedyKind(models.TextChoices):
    """What may be ordered (`programs.engagement.Remedy`, with words)."""

    UPHOLD = "uphold", "The decision stands"
    SWAP_PRIORITY = "swap_priority", "The sides change places"
    SPLIT = "split", "It is split"
    COMPENSATE = "compensate", "One side is compensated"


class Case(Scoped):
    """A dispute about one decision, frozen as it was: subject, rules and decision never change once it is filed.

    `decision` is what both sides read of it (`reason`, `rule`, `facts`), `rules` the days and remedies of the program
    version that it names. `decision_until` is when the round at hand is due; `round` is 2 once it was appealed.
    """

    id = uuid_key()
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(max_length=200)
    subject_url = models.CharField(max_length=300, blank=True)
    claimant = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    respondent = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField()
    decision = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.FILED)
    round = models.PositiveSmallIntegerField(default=course.FIRST)
    evidence_until = models.DateTimeField()
    decision_until = models.DateTimeField()
    appeal_until = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    adjudicator = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["network", "subject_type", "subject_id", "claimant", "decided_at"],
                condition=~Q(state="WITHDRAWN"),
                name="disputes_case_once_per_decision",
            ),
            models.CheckConstraint(condition=~Q(claimant=F("respondent")), name="disputes_case_two_sides"),
            models.CheckConstraint(
                condition=~Q(state="PROPOSED") | Q(appeal_until__isnull=False), name="disputes_case_proposed_until"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OVER, closed_at__isnull=False) | (~Q(state__in=OVER) & Q(closed_at=None)),
                name="disputes_case_closed_when_over",
            ),
        ]
        indexes = [
            models.Index(fields=["network", "state"]),
            models.Index(fields=["subject_type", "subject_id"]),
            models.Index(fields=["claimant"]),
            models.Index(fields=["respondent"]),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def parties(self) -> tuple[UUID, UUID]:
        """The organizations on both sides, the claimant first."""
        return self.claimant_id, self.respondent_id

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The two sides and the network's operator, and nobody else."""
        own = Q(claimant_id=scope.organization_id) | Q(respondent_id=scope.organization_id)
        return Q(network_id__in=scope.operates) | own if scope.organization_id else Q(pk=None)


class Grounds(Scoped):
    """What only the operator's adjudicator may know of a disputed decision: its grounds and inputs, who is interested."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    network_id = models.UUIDField()
    grounds = models.TextField(blank=True)
    inputs = models.JSONField(default=dict)
    interested = ArrayField(models.UUIDField(), default=list)

    class Meta(Scoped.Meta):
        pass

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator."""
        return Q(network_id__in=scope.operates)


class OfCase(Scoped):
    """A part of the case file: whoever may see the case sees it."""

    class Meta(Scoped.Meta):
        abstract = True

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Whoever may see the case: both sides see the same."""
        return Q(case_id__in=Case.objects.values("id"))


class Evidence(OfCase):
    """What a side shows: a text and perhaps a file, stored under a random name. Never changed."""

    id = uuid_key()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    side = models.CharField(max_length=10, choices=Side.choices)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    file_name = models.CharField(max_length=200, blank=True)
    stored_as = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    bytes = models.BigIntegerField(default=0)
    submitted_at = models.DateTimeField()

    class Meta(OfCase.Meta):
        indexes = [models.Index(fields=["case", "submitted_at"])]


class Precedent(Scoped):
    """A final case without names, for every member: what was disputed, the rule applied, the remedy, why, the month.

    It names no case, and its id and code say nothing of when it was written.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    rule = models.CharField(max_length=300)
    remedy = models.CharField(max_length=20, choices=RemedyKind.choices)
    text = models.TextField()
    month = models.DateField()

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["network", "-month"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Everybody in the network: what was decided before is no secret among those to whom the rules apply."""
        return inside_network(scope)


class Remedy(OfCase):
    """What is ordered, with its reason: PROPOSED by the adjudicator, or FINAL (decided, accepted, or not appealed)."""

    class Stage(models.TextChoices):
        PROPOSED = "PROPOSED", "Proposed"
        FINAL = "FINAL", "Final"

    id = uuid_key()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="remedies")
    stage = models.CharField(max_length=8, choices=Stage.choices)
    kind = models.CharField(max_length=20, choices=RemedyKind.choices)
    terms = models.JSONField()
    rule = models.CharField(max_length=300)
    reason = models.TextField()
    precedent_text = models.TextField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    precedent = models.OneToOneField(Precedent, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OfCase.Meta):
        constraints = [models.UniqueConstraint(fields=["case", "stage"], name="disputes_remedy_once_per_stage")]


class Rest(OfCase):
    """A side has shown everything that it has; once both have said so, the case is decided without waiting."""

    id = uuid_key()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rests")
    side = models.CharField(max_length=10, choices=Side.choices)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(OfCase.Meta):
        constraints = [models.UniqueConstraint(fields=["case", "side"], name="disputes_rest_once")]


class Acceptance(OfCase):
    """A side takes the proposed remedy and thereby gives up its appeal."""

    id = uuid_key()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="acceptances")
    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(OfCase.Meta):
        constraints = [models.UniqueConstraint(fields=["remedy", "side"], name="disputes_acceptance_once")]


class Appeal(OfCase):
    """A side asks that somebody else decides: once in a case, whichever side it is."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="appeal")
    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta(OfCase.Meta):
        pass
