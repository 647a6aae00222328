from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.db.models import Q

from hansa.deals.models.registration import Registration
from hansa.disputes.models import Case, RemedyKind, Side
from hansa.kernel.money import Money
from hansa.kit.ids import uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.models import Network


class Contest(Scoped):
    """A registration that a case is about, on which side it stands there, and what the final remedy gave it.

    `share_bp` is its share of the project in basis points after a split, `award_minor` what it was awarded, in minor units
    of `currency`; both None where the remedy says nothing of the kind. `carried_at` is when the remedy was carried out.
    """

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="contests")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    opened_at = models.DateTimeField()
    remedy = models.CharField(max_length=13, choices=RemedyKind.choices, blank=True)
    share_bp = models.PositiveIntegerField(null=True)
    award_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    carried_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["case", "side"], name="deals_contest_one_a_side")]

    @property
    def share(self) -> Fraction | None:
        """The side's share of the project after a split."""
        return None if self.share_bp is None else Fraction(self.share_bp, 10_000)

    @property
    def award(self) -> Money | None:
        """What the side was awarded."""
        return None if self.award_minor is None else Money(self.award_minor, self.currency)

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Those who run the network, and the partner itself; not the distributor upstream, who is no side."""
        own = Q(registration__partner_id=scope.organization_id)
        return Q(network_id__in=scope.operates) | own if scope.organization_id else Q(pk=None)
