from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from hansa.deals.models.listing import OfPartner
from hansa.deals.models.registration import Registration
from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope
from hansa.people.models import Person


class MailInvitation(OfPartner):
    """An address by which one person of a partner registers deals by mail. Of its token only the hash is kept.

    `sent_to` is the person's confirmed address on that day: with another one the invitation is dead. `signed_at`: when
    a mail of that address was first signed by its domain; from then on each has to be.
    """

    id = uuid_key()
    code = code_field()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sent_to = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)

    class Meta(OfPartner.Meta):
        indexes = [models.Index(fields=["network", "-created_at"], name="deals_mail_invitations")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Those who run the network, and the partner."""
        return Q(network_id__in=scope.operates) | super().visible_to(scope)

    def is_open(self, at: datetime) -> bool:
        """Whether mails to it are read at an instant."""
        return self.revoked_at is None and at < self.expires_at


class ReceivedMail(OfPartner):
    """A mail to an invitation's address, and what became of it; what it said is kept only where it was registered."""

    class Outcome(models.TextChoices):
        """What became of it."""

        REGISTERED = "REGISTERED", "Registered"
        INCOMPLETE = "INCOMPLETE", "Something is missing"
        REFUSED = "REFUSED", "Refused"
        IGNORED = "IGNORED", "Not read"

    id = uuid_key()
    invitation = models.ForeignKey(MailInvitation, on_delete=models.PROTECT, related_name="mails")
    message_sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.TextField(blank=True)
    registration = models.ForeignKey(Registration, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta(OfPartner.Meta):
        constraints = [
            models.UniqueConstraint(fields=["invitation", "message_sha256"], name="deals_mail_same_message_once")
        ]
        indexes = [models.Index(fields=["invitation", "-received_at"], name="deals_mails")]
