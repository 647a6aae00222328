from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped

HOUSE = UUID(int=0)


class Event(Scoped):
    """One change: who did what to which thing, when, and who besides the network's operator may read it.

    `network_id` names the chain (all zeros: the house, for what belongs to no network). `payload` is the canonical text
    that the chain seals; the other columns repeat it for queries and are checked against it by verification.
    """

    id = uuid_key()
    network_id = models.UUIDField(default=HOUSE)
    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_organization_id = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    parties = ArrayField(models.UUIDField(), default=list)
    facts = models.JSONField(default=dict)
    commitment = models.CharField(max_length=64, blank=True)
    payload = models.TextField()

    class Meta(Scoped.Meta):
        indexes = [
            models.Index(fields=["network_id", "-at"]),
            models.Index(fields=["subject_id", "-at"]),
            models.Index(fields=["actor_organization_id", "-at"]),
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator sees all its events; others those that name them as a party or that they caused."""
        own = Q(parties__contains=[scope.organization_id]) | Q(actor_organization_id=scope.organization_id)
        return Q(network_id__in=scope.operates) | own if scope.organization_id else Q(pk=None)


class EventText(Scoped):
    """Personal text of an event (names, addresses), sealed only by its salted commitment and therefore erasable."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.PROTECT, related_name="text")
    salt = models.CharField(max_length=64)
    text = models.JSONField()

    class Meta(Scoped.Meta):
        pass

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Whoever may see the event."""
        return Q(event_id__in=Event.objects.values("id"))


class Link(Scoped):
    """The place of an event in its chain: written by the database at commit, never by the application."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.PROTECT, related_name="link")
    network_id = models.UUIDField()
    seq = models.BigIntegerField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["network_id", "seq"], name="activity_link_place")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Whoever may see the event."""
        return Q(event_id__in=Event.objects.values("id"))


class SigningKey(models.Model):
    """A network's Ed25519 key: the public half is public, the private half is encrypted under the master key."""

    id = uuid_key()
    network_id = models.UUIDField()
    public = models.BinaryField()
    encrypted_private = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["network_id", "-created_at"])]


class SignedHead(Scoped):
    """The head of a chain at one moment with the network's signature, as handed to `holder_id`."""

    id = uuid_key()
    network_id = models.UUIDField()
    holder_id = models.UUIDField(null=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField()
    at = models.DateTimeField()
    signature = models.BinaryField()
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["network_id", "-at"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator and the organization it was handed to."""
        return Q(network_id__in=scope.operates) | Q(holder_id=scope.organization_id)


class Receipt(Scoped):
    """What the network attests to `holder_id` about one event: what was submitted as it, and its place in the chain.

    `digest` is the SHA-256 of what was submitted, which stands beside it (`ReceiptText`) and can be erased; `seq` and
    `hash` are the event's link, `head_seq` and `head_hash` the chain's last link at `at`. `activity.rules` holds the
    statement that the signature covers.
    """

    id = uuid_key()
    code = code_field()
    network_id = models.UUIDField()
    holder_id = models.UUIDField()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    hash = models.BinaryField()
    head_seq = models.BigIntegerField()
    head_hash = models.BinaryField()
    digest = models.BinaryField()
    at = models.DateTimeField()
    signature = models.BinaryField()
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["event", "holder_id"], name="activity_receipt_once")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator and the organization it was issued to."""
        return Q(network_id__in=scope.operates) | Q(holder_id=scope.organization_id)


class ReceiptText(Scoped):
    """The canonical text of what was submitted: sealed only by the receipt's digest and therefore erasable."""

    receipt = models.OneToOneField(Receipt, primary_key=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta(Scoped.Meta):
        pass

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Whoever may see the receipt."""
        return Q(receipt_id__in=Receipt.objects.values("id"))


class Notification(Scoped):
    """A line in a person's inbox: what happened and the address where to act on it."""

    id = uuid_key()
    organization_id = models.UUIDField()
    person_id = models.UUIDField()
    event_id = models.UUIDField(null=True)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["person_id", "-at"])]
        constraints = [
            models.UniqueConstraint(fields=["person_id", "event_id"], name="activity_notification_once"),
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The person it is for, while acting for the organization that it concerns."""
        return Q(organization_id=scope.organization_id, person_id=scope.person_id)
