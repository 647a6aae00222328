"""How states, kinds, charters and events of networks are written on a page."""

from __future__ import annotations

from django.template import Library
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hansa.ui.markdown import rendered

register = Library()

STATE_KINDS = {
    "INVITED": "waiting",
    "APPLIED": "waiting",
    "ACTIVE": "settled",
    "SUSPENDED": "refused",
    "DECLINED": "refused",
    "ENDED": "draft",
}
STATE_WORDS: dict[str, str | Promise] = {
    "INVITED": _("Invited"),
    "APPLIED": _("Applied"),
    "ACTIVE": _("Active"),
    "SUSPENDED": _("Suspended"),
    "DECLINED": _("Declined"),
    "ENDED": _("Ended"),
}
KIND_WORDS: dict[str, str | Promise] = {
    "VENDOR": _("Vendor-driven"),
    "DISTRIBUTOR": _("Distributor-organized"),
    "PEER": _("Peer-to-peer"),
    "MARKETPLACE": _("Marketplace"),
}
EVENT_WORDS: dict[str, str | Promise] = {
    "networks.membership.invited": _("Invited into the network"),
    "networks.membership.applied": _("Applied to the network"),
    "networks.standing.set": _("Types, tier, territory or distributor set"),
    "networks.membership.moved": _("Membership moved"),
}
MOVE_WORDS: dict[str, str | Promise] = {
    "INVITED": _("Invited again"),
    "APPLIED": _("Applied again"),
    "ACTIVE": _("Became active"),
    "SUSPENDED": _("Suspended"),
    "DECLINED": _("Declined"),
    "ENDED": _("Membership ended"),
}


@register.filter
def state_kind(state: str) -> str:
    """The kind of `c-state` that a membership's state is shown as."""
    return STATE_KINDS.get(state, "draft")


@register.filter
def state_word(state: str) -> str | Promise:
    """A membership's state in the reader's language."""
    return STATE_WORDS.get(state, state)


@register.filter
def kind_word(kind: str) -> str | Promise:
    """A network's kind in the reader's language."""
    return KIND_WORDS.get(kind, kind)


@register.filter
def event_words(kind: str, facts: dict[str, object]) -> str | Promise:
    """What an event of a membership says in one line."""
    if kind == "networks.membership.moved":
        return MOVE_WORDS.get(str(facts.get("to")), EVENT_WORDS[kind])
    return EVENT_WORDS.get(kind, kind)


@register.filter
def event_state(kind: str, facts: dict[str, object]) -> str:
    """The kind of `c-timeline-item` for an event of a membership."""
    return STATE_KINDS.get(str(facts.get("to")), "progress") if kind == "networks.membership.moved" else "progress"


@register.filter
def charter(text: str) -> SafeString:
    """A charter's Markdown as clean HTML."""
    return rendered(text)
