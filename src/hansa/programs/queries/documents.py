from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from hansa.engines.settlement import Incentive, ProgramDocument, describe_incentive
from hansa.kernel.problem import Problem, Refused
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope
from hansa.networks.models import Standing, State
from hansa.networks.queries import standings_on
from hansa.programs import document
from hansa.programs.engagement import RulesOfEngagement
from hansa.programs.models import Draft, Program, ProgramVersion
from hansa.programs.rules.changes import IncentiveChange, Member, changes_between, count_matching, matches
from hansa.programs.territories import Overlap, overlaps


def programs_of(network_id: UUID) -> QuerySet[Program]:
    """A network's programs by name."""
    return Program.objects.filter(network_id=network_id).order_by("name")


def programs_with_versions(network_id: UUID) -> QuerySet[Program]:
    """A network's programs by name, each with `published`: its versions, the newest first, without their texts."""
    versions = ProgramVersion.objects.defer("text").order_by("-published_at", "-id")
    return programs_of(network_id).prefetch_related(Prefetch("versions", versions, to_attr="published"))


def program_by_code(code: str) -> Program:
    """A program that the scope may see; NotFound otherwise."""
    found: Program | None = Program.objects.filter(code=code).select_related("network").first()
    if found is None:
        raise NotFound()
    return found


def version_by_code(code: str) -> ProgramVersion:
    """A published version that the scope may see; NotFound otherwise."""
    found: ProgramVersion | None = (
        ProgramVersion.objects.filter(code=code).select_related("program", "network", "published_by").first()
    )
    if found is None:
        raise NotFound()
    return found


def draft_of(program: Program) -> Draft:
    """The draft, for those who run the network; NotFound otherwise."""
    found: Draft | None = Draft.objects.filter(program=program).select_related("updated_by").first()
    if found is None:
        raise NotFound()
    return found


def rules_to_try(network_id: UUID) -> list[tuple[str, str]]:
    """(key, words) of every draft and version of a network whose rules of engagement can be tried, drafts first.

    For those who run the network. The key is what `rules_tried` takes: `draft-<program>` or the code of a version.
    """
    drafts = Draft.objects.filter(program__network_id=network_id).select_related("program").order_by("program__name")
    found = [(f"draft-{each.program.code}", f"{each.program.name}, draft") for each in drafts]
    rows = ProgramVersion.objects.filter(network_id=network_id).select_related("program").defer("text")
    latest = rows.order_by("program__name", "-published_at", "-id")
    return found + [(each.code, f"{each.program.name}, version {each.label}") for each in latest]


def rules_tried(network_id: UUID, key: str) -> RulesOfEngagement:
    """The rules of engagement behind a key of `rules_to_try`. Raises NotFound, and Refused for a draft with errors."""
    draft = Draft.objects.filter(program__network_id=network_id, program__code=key.removeprefix("draft-")).first()
    if draft is not None:
        return document.parse(draft.text).engagement
    version = ProgramVersion.objects.filter(network_id=network_id, code=key).first()
    if version is None:
        raise NotFound()
    return program_of_version(version).engagement


def versions_of(program: Program) -> QuerySet[ProgramVersion]:
    """Published versions, the newest first."""
    return (
        ProgramVersion.objects.filter(program=program).select_related("published_by").order_by("-published_at", "-id")
    )


def program_of_version(version: ProgramVersion) -> document.Program:
    """What a published version says; read once, for it never changes."""
    return _parsed(version.sha256, version.text)


@lru_cache(maxsize=64)
def _parsed(digest: str, text: str) -> document.Program:
    return document.parse(text)


def version_in_force(network_id: UUID, day: date) -> ProgramVersion | None:
    """The version that a day is settled under: the one published last among those effective that day."""
    rows = ProgramVersion.objects.filter(network_id=network_id, effective_from__lte=day, effective_until__gt=day)
    found: ProgramVersion | None = rows.select_related("program").order_by("-published_at", "-id").first()
    return found


@dataclass(frozen=True, slots=True)
class Rule:
    """An incentive in words, with how many active members take part on the day asked about; None: not counted."""

    incentive: Incentive
    words: str
    matching: int | None = None
    own: bool = False

    @property
    def sentence(self) -> str:
        """The words without the name in front, for below a heading."""
        rest = self.words.removeprefix(f"{self.incentive.name}: ")
        return rest[:1].upper() + rest[1:]


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a text, or, when nothing is, what it says, and where exclusive territories meet."""

    problems: list[Problem]
    program: document.Program | None
    rules: list[Rule]
    overlaps: tuple[Overlap, ...] = ()


def check(text: str) -> Checked:
    """A text read for the editor: every problem with its line, or its rules in words."""
    try:
        program = document.parse(text)
    except Refused as refused:
        return Checked(list(refused.problems), None, [])
    return Checked([], program, rules_in_words(program.paying), overlaps(program.territories))


def program_of(slug: str, code: str) -> Program:
    """A program of the network in the address that the scope may see; NotFound otherwise."""
    found = program_by_code(code)
    if found.network.slug != slug:
        raise NotFound()
    return found


def version_of(slug: str, code: str) -> ProgramVersion:
    """A published version of the network in the address; NotFound otherwise."""
    found = version_by_code(code)
    if found.network.slug != slug:
        raise NotFound()
    return found


def latest_version(program: Program) -> ProgramVersion | None:
    """The version published last."""
    return versions_of(program).first()


@dataclass(frozen=True, slots=True)
class Consequences:
    """What publishing a text does: changes against the version published last, who takes part, what it covers; `overlaps`
    are exclusive territories that meet, `overlapping` the versions that it takes the place of on some days.
    """

    paying: ProgramDocument
    before: ProgramVersion | None
    changes: list[IncentiveChange]
    rules: list[Rule]
    day: date
    members: int
    overlapping: list[ProgramVersion]
    overlaps: tuple[Overlap, ...]


def rules_in_words(paying: ProgramDocument, *, own: Iterable[Standing] = ()) -> list[Rule]:
    """Every incentive of a document in words; `own` marks those in which a standing takes part."""
    mine = [_member(standing) for standing in own]
    return [Rule(each, describe_incentive(paying, each), own=_pays(each, mine)) for each in paying.incentives]


def _pays(incentive: Incentive, members: list[Member]) -> bool:
    """Whether one of these takes part itself, or its people: what distributors are paid is nobody else's."""
    return incentive.payee != "distributor" and any(matches(incentive.who, member) for member in members)


def own_standings(network_id: UUID, *, day: date) -> list[Standing]:
    """What the acting organization is in a network on a day."""
    organization_id = current_scope().organization_id
    return list(standings_on(network_id, day).filter(organization_id=organization_id)) if organization_id else []


def consequences(program: Program, text: str, *, today: date) -> Consequences:
    """What publishing a text would do; raises Refused when it has errors. Partners are counted as of its first day."""
    parsed = document.parse(text)
    paying = parsed.paying
    before = latest_version(program)
    day = max(today, paying.effective_from)
    standing = standings_on(program.network_id, day).filter(membership__state=State.ACTIVE)
    members = [_member(row) for row in standing]
    rules = [Rule(each, describe_incentive(paying, each), count_matching(each, members)) for each in paying.incentives]
    changes = changes_between(document.parse(before.text).paying if before else None, paying)
    overlapping = ProgramVersion.objects.filter(
        network_id=program.network_id,
        effective_from__lt=paying.effective_until,
        effective_until__gt=paying.effective_from,
    ).order_by("-published_at", "-id")
    meeting = overlaps(parsed.territories)
    return Consequences(paying, before, changes, rules, day, len(members), list(overlapping[:10]), meeting)


def _member(standing: Standing) -> Member:
    return Member(standing.membership.number, tuple(standing.types), standing.tier, standing.territory)


def file_name_of(version: ProgramVersion) -> str:
    """The name under which a published document is saved."""
    name = re.sub(r"[^\w.-]+", "-", f"{version.program.name}-{version.label}").strip("-").lower()
    return f"{name[:100]}.yaml"
