"""What follows from what: event -> named reactions. The one place where a module's event sets another module to work."""

from __future__ import annotations

from collections.abc import Mapping

from hansa.activity.outbox import Reaction
from hansa.deals.operations import carry_out_remedy
from hansa.deals.operations.ending import end_registrations
from hansa.deals.operations.telling import TOLD as TOLD_OF_DEALS
from hansa.deals.operations.telling import tell_of_registration
from hansa.disputes.operations.telling import TOLD, tell_of_case
from hansa.incentives.operations.handing import hand_over_statements
from hansa.programs.operations.holdings import end_holdings_of_member

REACTIONS: Mapping[str, Mapping[str, Reaction]] = {
    "incentives.run.committed": {"hand over statements": hand_over_statements},
    "networks.membership.moved": {
        "end registrations": end_registrations,
        "end holdings of territories": end_holdings_of_member,
    },
    **{kind: {"tell those in the case": tell_of_case} for kind in TOLD},
    "disputes.case.final": {"tell those in the case": tell_of_case, "carry out the remedy": carry_out_remedy},
    **{kind: {"tell the partner": tell_of_registration} for kind in TOLD_OF_DEALS},
}
