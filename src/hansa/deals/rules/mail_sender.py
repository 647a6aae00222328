"""Whether a mail counts as sent by the person who was invited to register by mail (decision 0008)."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.kernel.ruling import Ruling

A_DAY = 20  # mails of one invitation that are read in 24 hours


@dataclass(frozen=True, slots=True)
class Sending:
    """What is known of a mail to a right address: who says to have sent it, and what speaks for that.

    `is_signed`: a DKIM signature of the domain of `invited` verifies. `was_signed`: one of this person's has before.
    `has_return`: it names an envelope sender. `today`: mails to this address in the last 24 hours.
    """

    sender: str
    invited: str
    is_automatic: bool
    has_return: bool
    is_signed: bool
    was_signed: bool
    today: int


def rule_on_sending(sending: Sending) -> Ruling[bool]:
    """Count a mail if it comes from the invited address, and is signed where that person's mail is known to be signed."""
    reasons = (
        (sending.today >= A_DAY, f"more than {A_DAY} mails in a day"),
        (sending.is_automatic or not sending.has_return, "it was written by a machine"),
        (sending.sender != sending.invited.casefold(), "it does not come from the invited address"),
        (sending.was_signed and not sending.is_signed, "it is not signed by its domain, as earlier ones were"),
    )
    for is_so, reason in reasons:
        if is_so:
            return Ruling(False, reason=reason)
    return Ruling(
        True, reason="it comes from the invited person", grounds="signed" if sending.is_signed else "by its address"
    )
