from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.people.models import Person


class Organization(Scoped):
    """A company that takes part in networks. What it is there (distributor, reseller …) its memberships say."""

    id = uuid_key()
    code = code_field()
    name = models.CharField(max_length=160)
    legal_name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=160, blank=True)
    website = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    custodian = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Itself, those in its care, and those it is acquainted with through a network."""
        if scope.organization_id is None:
            return Q(pk=None)
        known = Acquaintance.objects.filter(viewer_id=scope.organization_id).values("subject_id")
        return Q(pk=scope.organization_id) | Q(custodian_id=scope.organization_id) | Q(pk__in=known)


class Acquaintance(Scoped):
    """One organization may see another's record because of a network that they share."""

    id = uuid_key()
    viewer = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    subject = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    network_id = models.UUIDField()

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(fields=["viewer", "subject", "network_id"], name="organizations_acquaintance_once")
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The viewer, and the operator of the network that brought the two together."""
        return Q(viewer_id=scope.organization_id) | Q(network_id__in=scope.operates)


class Scheme(models.TextChoices):
    """Kinds of identifiers that are checked."""

    LEI = "LEI", "LEI"
    VAT = "VAT", "VAT number"
    EIN = "EIN", "EIN"
    DUNS = "DUNS", "D-U-N-S number"
    DOMAIN = "DOMAIN", "Internet domain"


class Identifier(Scoped):
    """A number or name by which the world knows an organization, in normal form; not unique across organizations."""

    id = uuid_key()
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    value = models.CharField(max_length=100)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "scheme", "value"], name="organizations_identifier_once")
        ]
        indexes = [models.Index(fields=["scheme", "value"])]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Whoever may see the organization."""
        return Q(organization_id__in=Organization.objects.values("id"))


class Affiliation(Scoped):
    """A person's roles in an organization, from joining to leaving."""

    id = uuid_key()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="affiliations")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="affiliations")
    roles = ArrayField(models.CharField(max_length=30))
    joined_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization"], condition=Q(ended_at=None), name="organizations_affiliation_current"
            )
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The organization's own people."""
        return Q(organization_id=scope.organization_id) if scope.organization_id else Q(pk=None)


class Invitation(Scoped):
    """An offer to one e-mail address to join an organization in stated roles; single use, expiring, kept as a hash."""

    id = uuid_key()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="invitations")
    sender_organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(max_length=254)
    roles = ArrayField(models.CharField(max_length=30))
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        pass

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The inviting and the invited organization."""
        own = scope.organization_id
        return Q(organization_id=own) | Q(sender_organization_id=own) if own else Q(pk=None)


class ApiToken(Scoped):
    """A key for programs: acts for one organization within the listed capabilities, expires, kept as a hash."""

    id = uuid_key()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="api_tokens")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    token_hash = models.CharField(max_length=64, unique=True)
    capabilities = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        pass

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The organization that it acts for."""
        return Q(organization_id=scope.organization_id) if scope.organization_id else Q(pk=None)
