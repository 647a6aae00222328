"""The monthly reports: what each sender said, when, in which file, and with which mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from hansa.site.demo.world import flaws as mistakes
from hansa.site.demo.world.companies import VENDOR
from hansa.site.demo.world.flaws import LATE_SHARE, OUTCOMES, Lore
from hansa.site.demo.world.layouts import GERMAN_CSV, RESENT, SENDERS, SENT_TWICE, Manner, manner
from hansa.site.demo.world.months import add_months
from hansa.site.demo.world.records import Flaw, Report, Sale, standing_reports
from hansa.site.demo.world.sales import Sold
from hansa.site.demo.world.streams import stream
from hansa.site.demo.world.writers import write

CHANGED_ROWS, MISSING_ROWS, PHANTOM_ROWS = 3, 2, 2
CORRECTED_AFTER = 6


@dataclass(frozen=True, slots=True)
class Extras:
    """Columns that only the vendor's extract has: a type per partner code and a standard cost per article code."""

    types: Mapping[str, str]
    costs: Mapping[str, int]


@dataclass(slots=True)
class Desk:
    """One sender's desk while its months are written: what was sound last month and in which format, and the running
    number. A line comes a second time only in the format of the first, since each format keys its lines differently."""

    sender: str
    chance: Random
    sound: list[Sale] = field(default_factory=list)
    format: str = ""
    number: int = 0

    def next_number(self) -> int:
        """The next interchange number of this sender."""
        self.number += 1
        return self.number


def make_reports(
    seed: int, today: date, months: Sequence[date], sold: Sequence[Sold], lore: Lore, extras: Extras
) -> tuple[Report, ...]:
    """Every report in the order of arrival. Of each sender's lines, a few arrive with the next month's report."""
    reports: list[Report] = []
    for sender in SENDERS:
        desk = Desk(sender, stream(seed, f"reports {sender}"))
        for place, (rows, late) in enumerate(_by_month(sender, months, sold, desk.chance)):
            how = manner(sender, place)
            if how is not None:
                reports += _month(desk, how, place, months, (rows, late), lore)
    dated = [replace(report, sent_on=min(report.sent_on, today)) for report in reports]
    dated.sort(key=lambda report: report.sent_on)
    return tuple(_with_extras(report, extras, stream(seed, f"extras {report.month}")) for report in dated)


def _by_month(
    sender: str, months: Sequence[date], sold: Sequence[Sold], chance: Random
) -> list[tuple[list[Sale], list[Sale]]]:
    """Per month the lines of that month, and those of the month before that come late."""
    place = {month: index for index, month in enumerate(months)}
    manners = [manner(sender, index) for index in range(len(months))]
    taking = {index for index, how in enumerate(manners) if how and how.layout.priced}
    parts: list[tuple[list[Sale], list[Sale]]] = [([], []) for _ in months]
    for line in sold:
        if line.sender != sender or not isinstance(line.sale.sold_on, date):
            continue
        index = place[line.sale.sold_on.replace(day=1)]
        late = index + 1 in taking and chance.random() < LATE_SHARE
        parts[index + late][late].append(line.sale)
    return parts


def _month(
    desk: Desk, how: Manner, place: int, months: Sequence[date], lines: tuple[list[Sale], list[Sale]], lore: Lore
) -> list[Report]:
    """The files of one sender for one month: one as a rule, two where something was sent again."""
    rows, late = lines
    if not how.layout.priced:
        rows, late = [_unpriced(row) for row in rows], [_unpriced(row) for row in late]
    first = _report(desk, how, place, months, (rows, late), lore)
    truth = (*rows, *late)
    reports = [first]
    if (desk.sender, place) in RESENT:
        reports = _resent(desk, first, truth, len(rows))
    elif (desk.sender, place) == SENT_TWICE:
        copy = f"{first.file_name.removesuffix('.csv')} (1).csv"
        sent_on = first.sent_on + timedelta(days=2)
        reports.append(replace(first, file_name=copy, sent_on=sent_on, repeats=first.file_name))
    elif how.flaw == "wrong_delimiter":
        name = first.file_name.replace(".csv", "_neu.csv")
        sent_on = first.sent_on + timedelta(days=1)
        reports.append(replace(first, file_name=name, layout=GERMAN_CSV, sent_on=sent_on, replaces=first.file_name))
    return reports


def _report(
    desk: Desk, how: Manner, place: int, months: Sequence[date], lines: tuple[list[Sale], list[Sale]], lore: Lore
) -> Report:
    rows, late = lines
    kinds = mistakes.kinds_for(how.layout.format, len(rows), len(months) - 1 - place, desk.chance)
    earlier = desk.sound if how.layout.format == desk.format else []
    if not how.layout.priced:
        earlier = [_unpriced(row) for row in earlier]
    written, found = mistakes.plant(rows, kinds, earlier, lore, desk.chance)
    found += tuple(Flaw("late", len(written) + offset, row) for offset, row in enumerate(late, start=1))
    written += tuple(late)
    held = {flaw.position for flaw in found}
    desk.format = how.layout.format
    desk.sound = [
        row for position, row in enumerate(written, start=1) if position not in held and int(row.quantity) > 0
    ]
    month = months[place]
    return Report(
        sender=desk.sender,
        month=month,
        sent_on=add_months(month, 1) + timedelta(days=desk.chance.randrange(2, 9)),
        file_name=how.file_name.format(month),
        number=desk.next_number(),
        layout=how.layout,
        habit=how.habit,
        rows=written,
        flaws=found,
        expected=mistakes.count(written, found),
        writer=write,
    )


def _unpriced(row: Sale) -> Sale:
    return row._replace(net_amount=None, unit_price=None)


def _resent(desk: Desk, first: Report, truth: tuple[Sale, ...], on_time: int) -> list[Report]:
    """The month as first sent, with quantities wrong, lines missing and lines that never were; and as corrected.

    Lines that the first file had wrong cannot come again next month: they leave the desk.
    """
    picked = desk.chance.sample(desk.sound, CHANGED_ROWS + MISSING_ROWS + PHANTOM_ROWS)
    changed, missing = picked[:CHANGED_ROWS], picked[CHANGED_ROWS : CHANGED_ROWS + MISSING_ROWS]
    phantoms = [
        row._replace(
            invoice=f"{row.invoice}9", quantity=int(row.quantity) + 1, net_amount=_times(row, int(row.quantity) + 1)
        )
        for row in picked[CHANGED_ROWS + MISSING_ROWS :]
    ]
    wrong, found = _spoilt(first, changed, missing, phantoms)
    desk.sound = [row for row in desk.sound if row not in picked]
    stem, dot, suffix = first.file_name.rpartition(".")
    late = tuple(Flaw("late", place, row) for place, row in enumerate(truth[on_time:], start=on_time + 1))
    again = replace(
        first,
        file_name=f"{stem}_corr{dot}{suffix}",
        sent_on=first.sent_on + timedelta(days=CORRECTED_AFTER),
        number=desk.next_number(),
        rows=truth,
        flaws=late,
        expected=mistakes.count(truth, late),
        replaces=first.file_name,
    )
    return [replace(first, rows=wrong, flaws=found, expected=mistakes.count(wrong, found)), again]


def _spoilt(
    first: Report, changed: list[Sale], missing: list[Sale], phantoms: list[Sale]
) -> tuple[tuple[Sale, ...], tuple[Flaw, ...]]:
    kinds = {flaw.position: flaw for flaw in first.flaws}
    rows: list[Sale] = []
    found: list[Flaw] = []
    for position, row in enumerate(first.rows, start=1):
        if row in missing and position not in kinds:
            continue
        if row in changed and position not in kinds:
            pieces = int(row.quantity) + 5
            row = row._replace(quantity=pieces, net_amount=_times(row, pieces))
        rows.append(row)
        if position in kinds:
            found.append(replace(kinds[position], position=len(rows)))
    return (*rows, *phantoms), tuple(found)


def _times(row: Sale, pieces: int) -> int | None:
    return None if row.unit_price is None else row.unit_price * pieces


def _with_extras(report: Report, extras: Extras, chance: Random) -> Report:
    """The vendor's extract also says each partner's type and the standard cost, now and then misspelt or left out."""
    if report.sender != VENDOR:
        return report
    kinds = [_type_as_typed(extras.types.get(row.partner, ""), chance) for row in report.rows]
    costs = ["" if chance.random() < 0.0013 else f"{extras.costs.get(row.product, 0) / 100:.2f}" for row in report.rows]
    return replace(report, extras={"Cust type": kinds, "Std cost": costs})


def _type_as_typed(kind: str, chance: Random) -> str:
    if chance.random() >= 0.002 or not kind:
        return kind
    return MISSPELT_TYPES[kind][chance.randrange(2)]


MISSPELT_TYPES = {
    "Specialist Shop": ("Specialist  shop", "Specalist Shop"),
    "Value Added Reseller": ("Value-added Reseller", "Value Added Reseler"),
    "Warehouse Store": ("Ware House Store", "WAREHOUSE STORE"),
}


def planted(reports: Sequence[Report]) -> dict[str, int]:
    """How often each kind of flaw stands in the reports: rows and cells of those that count in the end, and files."""
    found = Counter(dict.fromkeys(OUTCOMES, 0))
    for report in standing_reports(reports):
        found.update(flaw.kind for flaw in report.flaws)
        kinds = report.extras.get("Cust type", ())
        found["type_misspelt"] += sum(bool(kind) and kind not in MISSPELT_TYPES for kind in kinds)
        found["cost_missing"] += sum(not cost for cost in report.extras.get("Std cost", ()))
    unreadable = {report.file_name for report in reports if report.layout.delimiter != report.habit.delimiter}
    found["wrong_delimiter"] = len(unreadable)
    found["latin1"] = sum(report.layout.encoding != report.habit.encoding for report in reports)
    found["prices_absent"] = sum(not report.layout.priced for report in reports)
    found["sent_twice"] = sum(bool(report.repeats) for report in reports)
    found["resent"] = sum(bool(report.replaces) and report.replaces not in unreadable for report in reports)
    return dict(found)
