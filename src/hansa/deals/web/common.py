from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hansa.kit.failures import Failure
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug
from hansa.programs.operations import accept_rules
from hansa.programs.queries import Terms, terms_of


def seen_network(slug: str) -> Network:
    """A network for those who may see registrations."""
    network = network_by_slug(slug)
    current_scope().require("deals.view")
    return network


def terms_to_accept(network: Network, *, at: datetime) -> Terms | None:
    """The rules of engagement that somebody must still accept before a submission; None where nothing is missing."""
    terms = terms_of(network, day=at.date())
    return terms if terms is not None and terms.acceptance is None else None


def accept_as_read(request: HttpRequest, network: Network, *, at: datetime) -> None:
    """Accept the rules of the version that the button which was pressed stood under, if it was that button."""
    if version := request.POST.get("accept", ""):
        accept_rules(network=network, version=version[:40], at=at)


def may_register(network: Network) -> bool:
    """Whether the acting person may register in a network."""
    return current_scope().can("deals.register")


def runs(network: Network, capability: str = "deals.view") -> bool:
    """Whether the acting person reaches the whole network with a capability."""
    scope = current_scope()
    return network.id in scope.operates and scope.can(capability)


def say(request: HttpRequest, refusal: Failure) -> None:
    """What could not be done, above the page that the person comes back to."""
    expected = [_("Expected: %(what)s.") % {"what": each.expected.rstrip(".")} for each in refusal.problems]
    messages.error(request, " ".join([refusal.detail, *expected]))
