"""How memberships live, how standings follow each other, how a list of partners is read: pure, without framework."""

from hansa.networks.rules.life import (
    MEMBER_MAY,
    MOVES,
    NEEDS_REASON,
    OPEN_KINDS,
    OPERATOR_MAY,
    may_move,
    moves_for,
    next_to_act,
)
from hansa.networks.rules.records import (
    RESERVED_SLUGS,
    problems_of_network,
    problems_of_role,
    problems_of_slug,
)
from hansa.networks.rules.spans import CannotPlace, Span, place

__all__ = [
    "MEMBER_MAY",
    "MOVES",
    "NEEDS_REASON",
    "OPEN_KINDS",
    "OPERATOR_MAY",
    "RESERVED_SLUGS",
    "CannotPlace",
    "Span",
    "may_move",
    "moves_for",
    "next_to_act",
    "place",
    "problems_of_network",
    "problems_of_role",
    "problems_of_slug",
]
