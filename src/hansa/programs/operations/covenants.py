"""What came of a covenant: the operator records a figure, the program's rule says what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from hansa.activity.operations import record
from hansa.kernel.money import Money
from hansa.kernel.period import Period
from hansa.kernel.plain import from_plain, to_plain
from hansa.kernel.problem import Problem
from hansa.kernel.ruling import ruling_to_plain
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.programs.models import CovenantResult, ProgramVersion, TerritoryHolding
from hansa.programs.queries import periods_due
from hansa.programs.rules.covenants import CovenantInputs, rule_on_covenant
from hansa.programs.territories import Territory

LONGEST_SOURCE = 300
MOST = Decimal(10) ** 12
LOSSES = ("selective", "open")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a figure is measured by: the territory as it was defined, the period, the version, and what is corrected."""

    territory: Territory
    label: str
    days: tuple[date, date]
    version: ProgramVersion
    currency: str
    corrects: CovenantResult | None = None

    def earliest(self, today: date) -> date:
        """The first day from which a consequence may hold: not in the past, unless it holds already."""
        lost = self.corrects is not None and self.corrects.outcome in LOSSES
        return self.corrects.from_on if self.corrects is not None and lost else today


@transaction.atomic
def record_covenant_result(
    *,
    network: Network,
    holding_id: UUID,
    figure: Money | Decimal,
    source: str,
    at: datetime,
    period: str = "",
    from_on: date | None = None,
    corrects: str = "",
) -> CovenantResult:
    """Record what a holding's covenant came to in an ended period, or correct a result by its code.

    `figure` is money of the program's currency or a quantity, by the covenant's measure; `source` says where it comes
    from. The program in force on the period's last day decides what follows; a consequence holds from `from_on` on,
    today unless said otherwise. Raises Unprocessable, NotFound, and NotPossibleNow for a period with nothing to record.
    """
    scope = current_scope()
    scope.require_operator(network.id, "networks.manage")
    rows = TerritoryHolding.objects.select_for_update(of=("self",)).filter(network=network, id=holding_id)
    holding: TerritoryHolding | None = rows.first()
    if holding is None:
        raise NotFound()
    asked = _corrected(holding, corrects) if corrects else _due(holding, period, at.date())
    first_day = from_on or asked.earliest(at.date())
    if problems := _problems(asked, figure, source.strip(), first_day, at.date()):
        raise Unprocessable("The result was not recorded.", problems=problems)
    result = figure.decimal if isinstance(figure, Money) else figure
    inputs = CovenantInputs(asked.territory, asked.label, result)
    ruling = rule_on_covenant(inputs)
    made = CovenantResult(
        network=network, holding=holding, period=asked.label, period_from=asked.days[0], period_until=asked.days[1],
        result=figure.minor if isinstance(figure, Money) else figure,
        currency=figure.currency if isinstance(figure, Money) else "",
        source=source.strip(), inputs=to_plain(inputs), ruling=ruling_to_plain(ruling), outcome=ruling.outcome,
        from_on=first_day, program_version=asked.version, corrects=asked.corrects, at=at, by_id=scope.person_id,
    )  # fmt: skip
    made.save(force_insert=True)
    record(
        "programs.covenant.ruled", subject=made, at=at, network_id=network.id, parties=[holding.holder_id],
        facts={"territory": holding.territory, "period": asked.label, "outcome": ruling.outcome, "from": str(first_day)},
        text={"source": made.source},
    )  # fmt: skip
    return made


def _due(holding: TerritoryHolding, label: str, today: date) -> _Asked:
    due = {each.period.label: each for each in periods_due(holding, day=today)}
    if label not in due:
        told = ", ".join(due) or "none at present"
        raise NotPossibleNow(
            f"There is nothing to record for {label or 'no period'}. A holding answers for the ended periods that it was "
            f"held throughout and that have no result yet: {told}."
        )
    one, period = due[label], due[label].period
    return _Asked(one.territory, label, _days(period), one.version, one.currency)


def _days(period: Period) -> tuple[date, date]:
    return period.start, period.until


def _corrected(holding: TerritoryHolding, code: str) -> _Asked:
    rows = CovenantResult.objects.filter(holding=holding, code=code).select_related("program_version")
    wrong: CovenantResult | None = rows.first()
    if wrong is None:
        raise NotFound()
    if CovenantResult.objects.filter(corrects=wrong).exists():
        raise NotPossibleNow("This result has been corrected already: correct the later one.")
    before: CovenantInputs = from_plain(CovenantInputs, wrong.inputs)
    days = (wrong.period_from, wrong.period_until)
    return _Asked(before.territory, wrong.period, days, wrong.program_version, wrong.currency, wrong)


def _problems(asked: _Asked, figure: Money | Decimal, source: str, from_on: date, today: date) -> list[Problem]:
    problems = []
    assert asked.territory.covenant is not None
    currency = asked.currency if asked.territory.covenant.measure == "net_amount" else ""
    size = figure.decimal if isinstance(figure, Money) else figure
    said = figure.currency if isinstance(figure, Money) else ""
    if said != currency:
        problems.append(Problem("", 0, "figure", f"an amount in {currency}" if currency else "a quantity"))
    elif not size.is_finite() or abs(size) >= MOST or int(size.as_tuple().exponent) < -9:
        problems.append(Problem("", 0, "figure", "a number below a million million with at most 9 decimals"))
    if not source or len(source) > LONGEST_SOURCE or not source.isprintable():
        problems.append(Problem("", 0, "source", f"where the figure comes from, in up to {LONGEST_SOURCE} characters"))
    earliest = asked.earliest(today)
    if from_on < min(earliest, today):
        problems.append(Problem("", 0, "from_on", f"a day not before {min(earliest, today).isoformat()}"))
    return problems
