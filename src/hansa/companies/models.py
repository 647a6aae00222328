from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hansa.kit.ids import code_field, uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.people.models import Person

FACTS = ("name", "domain", "tax_id", "lei", "duns", "country", "region", "city", "postcode", "street", "phone")


class NextRow(models.Func):
    """The next number of the sequence that numbers companies."""

    template = "nextval('companies_row')"
    arity = 0
    output_field = models.IntegerField()


class Reader(Scoped):
    """An organization that reads the directory of a space.

    Companies stand below networks and cannot ask who is a member of one. So networks push it down: whoever makes a
    membership active or ends it says so here (`companies.operations.let_read`), and both walls ask this table.
    """

    id = uuid_key()
    space = models.UUIDField()
    organization_id = models.UUIDField()

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["organization_id", "space"], name="companies_reader_once")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The organization itself and whoever runs the space."""
        return Q(organization_id=scope.organization_id) | Q(space__in=scope.operates)


class Known(Scoped):
    """What somebody knows in one space: `known_to` alone, or everybody who reads the directory where it is empty."""

    space = models.UUIDField()
    known_to = models.UUIDField(null=True)

    class Meta(Scoped.Meta):
        abstract = True

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The directory: those who run the space and its readers. A private row: its organization alone."""
        read = Reader.objects.filter(organization_id=scope.organization_id).values("space")
        directory = Q(known_to=None) & (Q(space__in=scope.operates) | Q(space__in=read))
        return directory | Q(known_to=scope.organization_id, known_to__isnull=False)


class Company(Known):
    """What somebody knows of a firm in one space. Two rows for one firm are normal.

    `space` is a network's id; `known_to` the organization that alone knows the row, empty where it stands in the space's
    directory; `row` the number under which the match keys name it; `name_key` the name as it is sorted and compared. A row
    that was merged into another keeps its facts and leaves the directory's lists.
    """

    id = uuid_key()
    row = models.IntegerField(unique=True, editable=False, db_default=NextRow())
    code = code_field()
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=400)
    domain = models.CharField(max_length=253, blank=True)
    tax_id = models.CharField(max_length=40, blank=True)
    lei = models.CharField(max_length=20, blank=True)
    duns = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=160, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Known.Meta):
        indexes = [
            models.Index(
                fields=["space", "name_key", "id"],
                name="companies_directory",
                condition=Q(known_to=None, merged_into=None),
            ),
            models.Index(
                fields=["space", "country", "name_key", "id"],
                name="companies_by_country",
                condition=Q(known_to=None, merged_into=None),
            ),
            models.Index(fields=["known_to", "space"], name="companies_private", condition=Q(known_to__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class OtherName(Known):
    """A former name, an alias or a trading name; a company is found by it too."""

    class Kind(models.TextChoices):
        """What the other name is."""

        FORMER = "FORMER", "Former name"
        ALIAS = "ALIAS", "Alias"
        TRADING = "TRADING", "Trading name"

    id = uuid_key()
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="other_names")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    recorded_at = models.DateTimeField()

    class Meta(Known.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="companies_othername_once")]


class Parent(Known):
    """Whose subsidiary a company is between two days (`until_on` exclusive). Never a reason to take two for one firm."""

    id = uuid_key()
    child = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="subsidiaries")
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta(Known.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(child=F("parent")), name="companies_parent_is_another"),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(until_on__gt=F("from_on")),
                name="companies_parent_forward",
            ),
            models.UniqueConstraint(
                fields=["child"], condition=Q(until_on=None), name="companies_parent_one_at_present"
            ),
        ]


class Sameness(Scoped):
    """Somebody's word that two rows are one firm, or that they are two; the latest one counts. Only ever added to.

    Read by the platform's check and by whoever runs the space: to anybody else it would tell that a rival knows the firm.
    """

    class Answer(models.TextChoices):
        """What was said."""

        SAME = "SAME", "The same company"
        ANOTHER = "ANOTHER", "Another company"

    id = uuid_key()
    space = models.UUIDField()
    one = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=7, choices=Answer.choices)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta(Scoped.Meta):
        constraints = [models.CheckConstraint(condition=Q(one__lt=F("other")), name="companies_sameness_ordered")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Whoever runs the space."""
        return Q(space__in=scope.operates)
