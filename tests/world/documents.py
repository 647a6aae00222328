"""The files of the story: program documents and sales reports, every word of them a canary."""

from __future__ import annotations

from tests.world.canaries import Canaries
from tests.world.cast import OPERATORS, Seat, admitted

HEADER = "Invoice No,Line,Date,Reseller ID,Reseller Name,SKU,Qty,Net Amount,Currency,Rep"
MAPPING = {
    "invoice": "Invoice No",
    "invoice_line": "Line",
    "sold_on": "Date",
    "partner": "Reseller ID",
    "partner_name": "Reseller Name",
    "product": "SKU",
    "quantity": "Qty",
    "net_amount": "Net Amount",
    "currency": "Currency",
    "rep": "Rep",
}
READING = {"mapping": MAPPING, "formats": {"decimal": ".", "thousands": "", "date": "ymd"}}

PROGRAM = """\
hansa: 1
program: {name}
version: "{label}"
currency: EUR
fiscal_year_starts: 01-01
effective: {{from: 2025-01-01, until: 2026-01-01}}
tiers: [{{name: Registered}}, {{name: Gold}}]
incentives:
  - id: volume
    name: {rebate}
    kind: rebate
    payee: partner
    period: quarter
    bands: [{{from: 0, rate: 1.7%}}]
  - id: logistics
    name: {commission}
    kind: commission
    payee: distributor
    period: quarter
    bands: [{{from: 0, rate: 0.7%}}]
"""


def program_text(canaries: Canaries, network: str, *, label: str, secret: bool = False) -> str:
    """A program document; a draft's words are for the operator alone."""
    operator = OPERATORS[network]
    audience = frozenset({operator}) if secret else admitted(network)
    words = {key: canaries.text(operator, key, audience) for key in ("name", "rebate", "commission")}
    return PROGRAM.format(label=label, **words)


def report_text(canaries: Canaries, network: str, sender: str, sold: dict[str, Seat], numbers: dict[str, str]) -> str:
    """A sales report of March 2025: two lines for each partner, and one that no date can be read from."""
    rows = [HEADER]
    for partner, seat in sold.items():
        audience = {OPERATORS[network], sender, partner, *([seat.upstream] if seat.upstream else [])}
        rep = canaries.text(partner, "rep", audience)
        for line in (1, 2):
            invoice = canaries.text(partner, "invoice", audience)
            amount = canaries.prime(audience)
            rows.append(
                f"{invoice},{line},2025-03-0{line},{numbers[partner]},,{numbers['sku']},1,{amount}.00,EUR,{rep}"
            )
    audience = {OPERATORS[network], sender}
    words = [canaries.text(sender, what, audience) for what in ("invoice", "day", "buyer", "rep")]
    rows.append(f"{words[0]},1,{words[1]},{numbers[sender]},{words[2]},{numbers['sku']},1,1.00,EUR,{words[3]}")
    return "\n".join([*rows, ""])


def unread_text(canaries: Canaries, network: str, sender: str) -> str:
    """A report whose columns nobody has named yet."""
    audience = {OPERATORS[network], sender}
    words = [canaries.text(sender, "column", audience) for _ in range(4)]
    values = [canaries.text(sender, "cell", audience) for _ in range(4)]
    return "\n".join([",".join(words), ",".join(values), ""])
