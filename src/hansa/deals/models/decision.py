from __future__ import annotations

from django.db import models
from django.db.models import Q

from hansa.deals.models.registration import Registration
from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.models import Network
from hansa.people.models import Person
from hansa.programs.models import ProgramVersion

# Kinds whose inputs are the partner's own: it reads them whole. Those of a claim hold its rivals.
OPEN_KINDS = ("eligibility", "protection", "extension")


class Decision(Scoped):
    """A ruling as it was made: its inputs, the rules that held and the outcome, all as plain values. Never changed."""

    id = uuid_key()
    code = code_field()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=12)
    inputs = models.JSONField()
    rules = models.JSONField()
    program_version = models.ForeignKey(ProgramVersion, null=True, on_delete=models.PROTECT, related_name="+")
    ruling = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["network", "-at"], name="deals_decisions")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Those who run the network; the partner where the inputs are its own alone."""
        own = Q(registration__partner_id=scope.organization_id, kind__in=OPEN_KINDS)
        return Q(network_id__in=scope.operates) | own if scope.organization_id else Q(pk=None)


class Extension(Scoped):
    """An extension that was asked for, with the evidence, and what became of it."""

    id = uuid_key()
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="asked_extensions")
    evidence = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    granted = models.BooleanField()
    reason = models.TextField()
    until_before = models.DateTimeField()
    until_after = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        pass

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Whoever may see the registration."""
        return Q(registration__in=Registration.objects.values("id"))
