"""Opening a case, showing evidence, taking a case back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from hansa.disputes.models import Case, Evidence, Grounds, Kind
from hansa.disputes.operations.steps import NotASide, acting_side, locked, move, note, require_fit
from hansa.disputes.rules.course import Action, Side, State, clocks_from, rule_on_filing
from hansa.disputes.rules.terms import LONGEST_TEXT, problems_of_text
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, current_scope, system
from hansa.networks.models import Membership, Network
from hansa.networks.models import State as MembershipState
from hansa.programs.engagement import Disputes

SPEECHLESS = (MembershipState.INVITED, MembershipState.APPLIED, MembershipState.DECLINED)


class FilingRefused(NotPossibleNow):
    """This decision cannot be disputed now, or is already."""

    title = "The decision cannot be disputed"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is disputed, as the module that decided knows it; `label` and `url` are shown to both sides."""

    kind: str
    type: str
    id: str
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The disputed decision as it was. `reason`, `rule` and `facts` become part of the file that both sides read.

    `grounds` and `inputs` are for those who run the network alone: the deciding module puts here what one side must not
    learn of the other.
    """

    decided_at: datetime
    reason: str
    rule: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    grounds: str = ""
    inputs: Mapping[str, object] = field(default_factory=dict)


@transaction.atomic
def open_case(
    *,
    network: Network,
    subject: Subject,
    claimant_id: UUID,
    respondent_id: UUID,
    decision: Decision,
    rules: Disputes,
    program_version: str,
    at: datetime,
    statement: str = "",
    interested: Iterable[UUID] = (),
) -> Case:
    """Open a case about a decision, for the claimant's own people or those who run the network.

    `rules` are frozen with the case, under the code of the program version that they stand in. `interested` are the
    persons who must not decide it: the subject's account owner, who made the decision. `statement` is the claimant's
    first evidence. FilingRefused when the time has passed or the decision is, or was, disputed by one of its sides.
    """
    _require_filer(network, claimant_id)
    _check(network, subject, claimant_id, respondent_id, statement)
    ruling = rule_on_filing(decided_at=decision.decided_at, at=at, rules=rules)
    if not ruling.outcome:
        raise FilingRefused(ruling.reason)
    _hold_subject(network.id, subject)
    _require_undisputed(network, subject, claimant_id, decision)
    evidence_until, decision_until = clocks_from(at, rules)
    case = Case(
        network=network,
        kind=subject.kind,
        subject_type=subject.type,
        subject_id=subject.id,
        subject_label=subject.label,
        subject_url=subject.url,
        claimant_id=claimant_id,
        respondent_id=respondent_id,
        decided_at=decision.decided_at,
        opened_at=at,
        opened_by_id=current_scope().person_id,
        rules={**asdict(rules), "remedies": list(rules.remedies), "program_version": program_version},
        decision={"reason": decision.reason, "rule": decision.rule, "facts": dict(decision.facts)},
        evidence_until=evidence_until,
        decision_until=decision_until,
    )
    _keep(case, decision, statement, interested)
    facts = {"subject_type": subject.type, "subject_id": subject.id, "program_version": program_version}
    note("disputes.case.filed", case, at=at, facts={**facts, "evidence_until": evidence_until.isoformat()})
    return case


def _keep(case: Case, decision: Decision, statement: str, interested: Iterable[UUID]) -> None:
    with acting(system("opening a case with what only the adjudicator may know")):
        case.save(force_insert=True)
        Grounds(
            case=case,
            network_id=case.network_id,
            grounds=decision.grounds,
            inputs=dict(decision.inputs),
            interested=sorted(set(interested)),
        ).save(force_insert=True)
        if statement:
            side, by_id = Side.CLAIMANT.value, case.opened_by_id
            Evidence(case=case, side=side, by_id=by_id, text=statement, submitted_at=case.opened_at).save(
                force_insert=True
            )


def _require_filer(network: Network, claimant_id: UUID) -> None:
    scope = current_scope()
    if not scope.system and claimant_id != scope.organization_id and network.id not in scope.operates:
        raise NotFound()
    scope.require("disputes.file")


def _check(network: Network, subject: Subject, claimant_id: UUID, respondent_id: UUID, statement: str) -> None:
    problems = [
        *problems_of_text("subject", subject.label, longest=200, needed="what is disputed, in a few words"),
        *(problems_of_text("statement", statement, longest=LONGEST_TEXT, needed="what is wrong") if statement else []),
    ]
    if subject.kind not in Kind.values:
        problems.append(Problem("", 0, "kind", f"one of {', '.join(Kind.values)}"))
    if subject.url and not subject.url.startswith("/"):
        problems.append(Problem("", 0, "url", "an address of this installation, beginning with a slash"))
    with acting(system("asking who takes part in a network")):
        members = Membership.objects.filter(network=network).exclude(state__in=SPEECHLESS)
        known = {network.operator_id, *members.values_list("organization_id", flat=True)}
    if claimant_id == respondent_id or not {claimant_id, respondent_id} <= known:
        problems.append(Problem("", 0, "respondent", "another organization that takes part in this network"))
    if problems:
        raise Unprocessable("The case cannot be opened like this.", problems=problems)


def _hold_subject(network_id: UUID, subject: Subject) -> None:
    """Two who dispute the same decision at once take turns."""
    with connection.cursor() as cursor:
        name = f"hansa.disputes.{network_id}.{subject.type}.{subject.id}"
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _require_undisputed(network: Network, subject: Subject, claimant_id: UUID, decision: Decision) -> None:
    """One case about a decision for each pair of sides: what was decided about it binds the other side, too."""
    either = Q(claimant_id=claimant_id) | Q(respondent_id=claimant_id)
    with acting(system("asking whether a decision is disputed already")):
        before = Case.objects.filter(
            either,
            network=network,
            subject_type=subject.type,
            subject_id=subject.id,
            decided_at=decision.decided_at,
        ).exclude(state=State.WITHDRAWN)
        if before.exists():
            raise FilingRefused("There is a case about this decision already, in which you are a side.")


@transaction.atomic
def withdraw_case(*, case: Case, at: datetime) -> Case:
    """Take a case back, as the side that filed it, until a remedy is proposed; the decision stands."""
    current_scope().require("disputes.file")
    found = locked(case, at=at)
    side = acting_side(found)
    if side != Side.CLAIMANT:
        raise NotASide("Only the side that filed a case can withdraw it.")
    require_fit(Action.WITHDRAW, found, at=at, side=side)
    move(found, State.WITHDRAWN, closed_at=at)
    note("disputes.case.withdrawn", found, at=at)
    return found
