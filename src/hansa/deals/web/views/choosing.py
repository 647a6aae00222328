"""Which customer, and which project, somebody means who fills in the form: what must be asked before anything is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from hansa.companies.queries import Candidate, company_by_code
from hansa.customers.queries import candidates_for
from hansa.deals import queries
from hansa.deals.models import Registration
from hansa.deals.queries.twins import described
from hansa.deals.web.forms import ANOTHER, RegisterForm
from hansa.engines.matching import Company as Asked
from hansa.kit.failures import NotFound
from hansa.networks.models import Network


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the form says of customer and project. `customer` None: the one that it has stays; `same`: that own deal is meant."""

    customer: str | dict[str, str] | None = None
    found: list[Candidate] = field(default_factory=list)
    twins: list[queries.Seen] = field(default_factory=list)
    another_than: list[str] = field(default_factory=list)
    same: str = ""


def choose(
    request: HttpRequest, form: RegisterForm, network: Network, *, at: datetime, kept: Registration | None = None
) -> Chosen:
    """Read who and what is meant; where it must be asked first, the form has an error afterwards."""
    name, country = form.cleaned_data["customer_name"], form.cleaned_data["country"]
    if kept is not None and not form.cleaned_data["customer"] and name == kept.customer.get("name"):
        return _project(request, form, network, Chosen(), described(kept.company), at, kept)
    found = alike(network, name, country)
    if form.must_choose(found):
        form.add_error("customer_name", _("Which company do you mean? Choose one below, or say that it is another."))
        return Chosen(found=found)
    customer = form.named()
    try:
        asked = (
            described(company_by_code(network.id, customer))
            if isinstance(customer, str)
            else Asked(name, country=country)
        )
    except NotFound:
        form.add_error("customer_name", _("Choose a company of the directory, or say that it is another."))
        return Chosen(found=found)
    return _project(request, form, network, Chosen(customer, found), asked, at, kept)


def _project(
    request: HttpRequest, form: RegisterForm, network: Network, chosen: Chosen, customer: Asked, at: datetime,
    kept: Registration | None,
) -> Chosen:  # fmt: skip
    """Whether an own project that looks alike is meant: asked once, where there is one."""
    family, country = form.cleaned_data["family"], form.cleaned_data["country"]
    twins = queries.own_twins(network, customer, family=family, country=country, at=at, aside=kept)
    codes, said = [each.code for each in twins], request.POST.get("twin", "")
    if said in codes:
        return Chosen(chosen.customer, chosen.found, twins, same=said)
    if twins and said != ANOTHER and not set(codes) <= set(kept.another_than if kept else ()):
        form.add_error(None, _("You have a project that looks like this one. Say below whether it is the same."))
    return Chosen(chosen.customer, chosen.found, twins, codes)


def alike(network: Network, words: str, country: str) -> list[Candidate]:
    """Customers that somebody who types may mean."""
    return candidates_for(network, Asked(words, country=country.replace("\x00", "")), top=6)
