"""What joins companies: whose subsidiary one is, and that two rows are one firm."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from hansa.companies import keys
from hansa.companies.models import Company, OtherName, Parent, Sameness
from hansa.companies.operations.keeping import other_names
from hansa.companies.operations.places import locked_company
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope

LONGEST_REASON = 300


@transaction.atomic
def set_parent(*, child_id: UUID, parent_id: UUID | None, at: datetime, from_on: date | None = None) -> Parent | None:
    """Say whose subsidiary a company is from a day on; None: nobody's. The link that stood ends on that day.

    Nothing else follows from it: a subsidiary is never taken for its parent.
    """
    child = locked_company(child_id)
    parent = None if parent_id is None else Company.objects.filter(id=parent_id, space=child.space).first()
    day = from_on or at.date()
    if parent_id is not None and (parent is None or _is_above(child, parent)):
        expected = "another company of this directory that is not below this one"
        raise Unprocessable("The parent was not set.", problems=[Problem("", 0, "parent", expected)])
    standing = Parent.objects.select_for_update(of=("self",)).filter(child=child, until_on=None).first()
    if standing and standing.from_on and standing.from_on >= day:
        standing.delete()
    elif standing:
        standing.until_on = day
        standing.save(update_fields=["until_on"])
    if parent is None:
        return None
    made: Parent = Parent.objects.create(
        space=child.space, known_to=child.known_to, child=child, parent=parent, from_on=day, recorded_at=at
    )
    return made


def _is_above(child: Company, parent: Company) -> bool:
    """Whether the parent is the child itself or below it."""
    seen = {child.id}
    current: UUID | None = parent.id
    while current is not None and current not in seen:
        seen.add(current)
        link = Parent.objects.filter(child_id=current, until_on=None).first()
        current = link.parent_id if link else None
    return current == child.id


@transaction.atomic
def say_sameness(*, one_id: UUID, other_id: UUID, answer: str, reason: str, at: datetime) -> Sameness:
    """Say that two rows are the same firm, or another; whoever runs the space does, or the platform for it."""
    scope = current_scope()
    first, second = sorted((one_id, other_id))
    spaces = set(Company.objects.filter(id__in=[first, second]).values_list("space", flat=True))
    if first == second or len(spaces) != 1 or not (scope.system or spaces <= scope.operates):
        raise NotFound()
    reason = reason.strip()
    if answer not in Sameness.Answer.values or len(reason) > LONGEST_REASON or "\x00" in reason:
        expected = f"SAME or ANOTHER, with a reason of up to {LONGEST_REASON} characters"
        raise Unprocessable("The answer was not kept.", problems=[Problem("", 0, "answer", expected)])
    said = Sameness(
        space=spaces.pop(),
        one_id=first,
        other_id=second,
        answer=answer,
        said_at=at,
        said_by_id=scope.person_id,
        reason=reason,
    )
    said.save(force_insert=True)
    return said


@transaction.atomic
def merge_companies(*, company_id: UUID, into_id: UUID, reason: str, at: datetime) -> Company:
    """Merge a row of the directory into another: its names lead there, a sameness stays; its own row leaves the lists.

    Both rows are locked in the order of their ids, so that two merges at once never wait for each other in a circle.
    """
    locked = {each: locked_company(each) for each in sorted({company_id, into_id})}
    gone, kept = locked[company_id], locked[into_id]
    if gone.id == kept.id or gone.space != kept.space or gone.known_to or kept.known_to:
        expected = "another company of this directory"
        raise Unprocessable("The companies were not merged.", problems=[Problem("", 0, "into", expected)])
    if gone.merged_into_id or kept.merged_into_id:
        raise NotPossibleNow("One of the two has been merged already.")
    say_sameness(one_id=gone.id, other_id=kept.id, answer=Sameness.Answer.SAME, reason=reason, at=at)
    names = [gone.name, *other_names(gone)]
    keys.forget(space=gone.space, known_to=None, row=gone.row, names=names, facts=keys.facts_of(gone))
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    known = {kept.name, *other_names(kept)}
    for name in dict.fromkeys(names):
        if name not in known:
            OtherName.objects.create(
                company=kept, space=kept.space, name=name, kind=OtherName.Kind.ALIAS, recorded_at=at
            )
            keys.keep(space=kept.space, known_to=None, names={kept.row: name}, facts={})
    Parent.objects.filter(parent=gone, until_on=None).exclude(child=kept).update(parent=kept)
    Company.objects.filter(merged_into=gone).update(merged_into=kept)
    return kept
