"""The states of a membership: which may follow, who may bring it there, and who must act next."""

from __future__ import annotations

MOVES: dict[str, frozenset[str]] = {
    "INVITED": frozenset({"ACTIVE", "DECLINED"}),
    "APPLIED": frozenset({"ACTIVE", "DECLINED"}),
    "ACTIVE": frozenset({"SUSPENDED", "ENDED"}),
    "SUSPENDED": frozenset({"ACTIVE", "ENDED"}),
    "DECLINED": frozenset({"INVITED", "APPLIED"}),
    "ENDED": frozenset({"INVITED", "APPLIED"}),
}
NEEDS_REASON = frozenset({"SUSPENDED", "DECLINED", "ENDED"})
MEMBER_MAY = frozenset(
    {("INVITED", "ACTIVE"), ("INVITED", "DECLINED"), ("APPLIED", "DECLINED"), ("ACTIVE", "ENDED")}
    | {("SUSPENDED", "ENDED"), ("DECLINED", "APPLIED"), ("ENDED", "APPLIED")}
)
OPERATOR_MAY = frozenset(
    {("INVITED", "DECLINED"), ("APPLIED", "ACTIVE"), ("APPLIED", "DECLINED"), ("ACTIVE", "SUSPENDED")}
    | {("ACTIVE", "ENDED"), ("SUSPENDED", "ACTIVE"), ("SUSPENDED", "ENDED")}
    | {("DECLINED", "INVITED"), ("ENDED", "INVITED")}
)
FOR_THOSE_IN_CARE = frozenset({("INVITED", "ACTIVE")})
"""What the operator may do besides, while nobody of the organization has an account to answer with."""

OPEN_KINDS = frozenset({"PEER", "MARKETPLACE"})
"""Networks that show their name and charter to everybody signed in and take applications from strangers."""


def may_move(before: str, after: str) -> bool:
    """Whether a membership may go from one state to another.

    >>> may_move("APPLIED", "ACTIVE"), may_move("DECLINED", "ACTIVE")
    (True, False)
    """
    return after in MOVES.get(before, frozenset())


def moves_for(state: str, *, operator: bool, member: bool, in_care: bool = False) -> tuple[str, ...]:
    """The states to which an asker may take a membership, by whether it runs the network, is the member, or both.

    `in_care`: the organization has no people of its own yet and the asker keeps its record.

    >>> moves_for("INVITED", operator=True, member=False)
    ('DECLINED',)
    >>> moves_for("INVITED", operator=False, member=True)
    ('ACTIVE', 'DECLINED')
    """
    allowed = (OPERATOR_MAY if operator else frozenset()) | (MEMBER_MAY if member else frozenset())
    if operator and in_care:
        allowed |= FOR_THOSE_IN_CARE
    return tuple(sorted(after for after in MOVES.get(state, ()) if (state, after) in allowed))


def next_to_act(state: str) -> str:
    """Who must act next on a membership: `member`, `operator`, or nobody (empty).

    >>> next_to_act("APPLIED"), next_to_act("ACTIVE")
    ('operator', '')
    """
    return {"INVITED": "member", "APPLIED": "operator", "SUSPENDED": "operator"}.get(state, "")
