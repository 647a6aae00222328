from __future__ import annotations

from django.db import models
from django.db.models import Q

from hansa.deals.models.registration import Project, Registration
from hansa.kit.ids import uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.models import Network
from hansa.people.models import Person


class OfOperator(Scoped):
    """What only those who run the network see: to a partner it would tell who else is there."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        abstract = True

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Those who run the network."""
        return Q(network_id__in=scope.operates)


class Match(OfOperator):
    """Two registrations that may mean one project, and what was answered; one row serves both sides.

    `earlier` is the registration that was there, `later` the one whose check found it. `verdict` and `why` are what matching
    said of the two customers; `answer` is empty while nobody has said.
    """

    class Answer(models.TextChoices):
        """What a person said of the two."""

        SAME = "SAME", "The same project"
        ANOTHER = "ANOTHER", "Another project"

    id = uuid_key()
    earlier = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="matched_later")
    later = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="matched_earlier")
    probability = models.DecimalField(max_digits=5, decimal_places=4)
    verdict = models.CharField(max_length=9)
    why = models.TextField()
    found_at = models.DateTimeField()
    answer = models.CharField(max_length=7, choices=Answer.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OfOperator.Meta):
        constraints = [models.UniqueConstraint(fields=["earlier", "later"], name="deals_match_once")]


class Waiting(OfOperator):
    """A registration that waits behind a protected one, in the order of the rules; taken up when that one ends."""

    id = uuid_key()
    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="waiting")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="waiting")
    since = models.DateTimeField()
