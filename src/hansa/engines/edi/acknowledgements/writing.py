"""Answer an interchange in its own standard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hansa.engines.edi.acknowledgements.answers import with_further
from hansa.engines.edi.acknowledgements.edifact import contrl
from hansa.engines.edi.acknowledgements.x12 import functional_acknowledgment
from hansa.engines.edi.envelopes import Interchange
from hansa.engines.edi.problems import EdiProblem

ACKNOWLEDGMENTS = {"997", "999", "CONTRL"}


class NothingToAcknowledge(ValueError):
    """The interchange is itself an acknowledgment: answering it would never end."""


def acknowledge(
    interchange: Interchange,
    *,
    at: datetime,
    control_number: int,
    further: Iterable[EdiProblem] = (),
    line_break: str = "\n",
) -> str:
    """The answer to `interchange`, from its receiver to its sender, written at `at` under `control_number` (1 to
    999,999,999).

    A transaction is rejected if it or anything around it is at fault, accepted with errors if only single lines are
    (they wait in quarantine), accepted otherwise. `further` are problems that the caller found, such as an interchange
    that came before or a line whose partner nobody knows; each counts in the transaction in which its `segment_no`
    stands, or for the interchange if it stands in none. At most 1,000 segments in error are listed per transaction.
    Raises `NothingToAcknowledge` for an acknowledgment.
    """
    kinds = {transaction.kind for group in interchange.groups for transaction in group.transactions}
    if kinds and kinds <= ACKNOWLEDGMENTS:
        raise NothingToAcknowledge(f"interchange {interchange.control_number} is an acknowledgment itself")
    answered = with_further(interchange, further)
    write = functional_acknowledgment if interchange.standard == "X12" else contrl
    return write(answered, at, control_number, line_break)
