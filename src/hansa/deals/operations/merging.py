"""What a merge of two customers means for their projects; asked in the merge's own transaction."""

from __future__ import annotations

from functools import partial

from hansa.companies.models import Company
from hansa.customers.operations import MergeRefused
from hansa.deals.models import Project, Registration, Waiting
from hansa.deals.operations.common import take_turns
from hansa.deals.operations.disputing import open_case_of_merge
from hansa.deals.rules import ReviewState
from hansa.kit.scope import acting, system


def guard_projects(gone: Company, kept: Company) -> None:
    """Join the projects of two customers that become one; refused where both are protected for somebody.

    Two protected claims on what is then one project would break the promise made to one of them. Raises MergeRefused,
    whose consequence is a case between the two.
    """
    with acting(system("two customers become one")):
        take_turns(gone.space)
        for project in Project.objects.filter(network_id=gone.space, company=gone).order_by("id"):
            twin = _twin(project, kept)
            if twin is None:
                project.company = kept
                project.save(update_fields=["company"])
            else:
                _join(project, twin)


def _twin(project: Project, kept: Company) -> Project | None:
    rows = Project.objects.filter(
        network_id=project.network_id, company=kept, family=project.family, country=project.country
    )
    found: Project | None = rows.order_by("number").first()
    return found


def _join(project: Project, twin: Project) -> None:
    protected = Registration.objects.filter(project__in=[project, twin], review=ReviewState.APPROVED)
    both = list(protected.values_list("id", flat=True))
    if len(both) > 1:
        raise MergeRefused(
            "Both customers have a protected project of the same product family and country: a merge must not take a"
            " protection away. A case between the two was opened where both have been answered; otherwise merge again after"
            " their answers. Once one of the two has ended, the merge goes through.",
            consequence=partial(open_case_of_merge, both[0], both[1]),
        )
    Registration.objects.filter(project=project).update(project=twin)
    Waiting.objects.filter(project=project).update(project=twin)
