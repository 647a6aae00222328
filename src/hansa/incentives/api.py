"""Settlement runs and statements."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from hansa.incentives import queries
from hansa.incentives.files import statement_file
from hansa.incentives.models import Payout, SettlementRun, Statement, StatementLine
from hansa.incentives.operations.commitment import commit_run
from hansa.incentives.operations.runs import order_run
from hansa.incentives.rules import Settleable
from hansa.kit.api import REFUSALS
from hansa.kit.failures import NotFound
from hansa.kit.pagination import page_of
from hansa.networks.queries import network_by_slug
from hansa.programs.queries import version_by_code

router = Router(tags=["Settlement and statements"])


class Amount(Schema):
    """An exact amount."""

    minor: int = Field(description="Integer minor units, such as cents.")
    currency: str


class SettleableOut(Schema):
    """A period that a published version pays for."""

    version_code: str
    version: str
    period: str
    starts_on: date
    until_on: date = Field(description="Exclusive.")
    ended: bool
    settled_at: datetime | None = Field(description="The last commit.")


class RunIn(Schema, extra="forbid"):
    """What to settle."""

    version: str = Field(description="Code of the program version.")
    period: str = Field(description="An ended period, such as 2026-Q1.")


class ProblemOut(Schema):
    """One thing that stopped a run."""

    file: str
    row: int
    column: str
    expected: str


class TotalsOut(Schema):
    """What a preview comes to."""

    payouts: int = Field(description="Rows, paid or not.")
    paid: int = Field(description="Rows that pay.")
    total: Amount
    posted_before: Amount
    difference: Amount


class RunOut(Schema):
    """A settlement run."""

    code: str
    version: str = Field(description="Label of the program version.")
    period: str
    state: str = Field(description="QUEUED, RUNNING, PREVIEWED, COMMITTED or FAILED.")
    progress: str
    problems: list[ProblemOut]
    problem_count: int
    result: TotalsOut | None
    journal: str | None = Field(description="Code of the journal that the commit posted.")
    requested_at: datetime
    committed_at: datetime | None


class PayoutOut(Schema):
    """A row of a run."""

    incentive: str
    kind: str
    payee_kind: str
    payee: str
    base: Amount
    quantity: str
    measure: str
    band_from: str
    payout: Amount
    posted_before: Amount
    reason: str


class StatementOut(Schema):
    """What a beneficiary is owed for a period."""

    code: str
    period: str
    edition: int
    payee_kind: str
    payee: str
    payee_name: str
    opening: Amount
    accrued: Amount
    closing: Amount
    issued_at: datetime


class LineOut(Schema):
    """One incentive on a statement."""

    id: UUID
    incentive: str
    incentive_name: str
    rule: str
    band: str = Field(description="The band reached, in words; empty where none was.")
    sharing: str = Field(description="How the payout is spread over its sales lines.")
    base: Amount
    quantity: str
    measure: str
    amount: Amount
    posted_before: Amount
    difference: Amount
    reason: str
    transaction: UUID | None


class ShareOut(Schema):
    """A sales line with its part of a payout. Decimals are exact text."""

    line_id: str
    sold_on: date
    partner: str
    product: str
    quantity: str
    net_amount: str
    currency: str
    invoice: str
    share: str


class StatementWithLines(StatementOut):
    """A statement with its lines."""

    version: str = Field(description="Code of the program version.")
    lines: list[LineOut]


class Runs(Schema):
    """A page of runs."""

    items: list[RunOut]
    next: str | None
    previous: str | None


class Payouts(Schema):
    """A page of rows."""

    items: list[PayoutOut]
    next: str | None
    previous: str | None


class Statements(Schema):
    """A page of statements."""

    items: list[StatementOut]
    next: str | None
    previous: str | None


class Stretch(Schema):
    """Which of the sales lines are answered."""

    limit: int = Field(200, ge=1, le=1_000)
    offset: int = Field(0, ge=0, le=1_000_000_000)


class Shares(Schema):
    """A stretch of the sales lines behind a statement line."""

    items: list[ShareOut]
    total: int


class AccruedOut(Schema):
    """What an incentive accrued for a period."""

    period: str
    incentive: str
    incentive_name: str
    accrued: Amount
    payees: int


@router.get(
    "/networks/{slug}/settlement/periods",
    response={200: list[SettleableOut], **REFUSALS},
    operation_id="list_settleable_periods",
    summary="Periods of the published versions, and whether they are settled",
)
def list_settleable(request: HttpRequest, slug: str) -> list[Settleable]:
    return queries.settleable(network_by_slug(slug).id, on=timezone.now().date())


@router.get(
    "/networks/{slug}/runs",
    response={200: Runs, **REFUSALS},
    operation_id="list_runs",
    summary="Settlement runs, the latest first",
)
def list_runs(request: HttpRequest, slug: str, cursor: str | None = None) -> dict[str, Any]:
    rows = queries.runs_of(network_by_slug(slug).id).select_related("version", "journal")
    page = page_of(rows, order=("-requested_at", "-id"), cursor=cursor)
    return {"items": [_run(each) for each in page.items], "next": page.next, "previous": page.previous}


@router.post(
    "/networks/{slug}/runs",
    response={202: RunOut, **REFUSALS},
    operation_id="create_run",
    summary="Settle an ended period: a job computes the preview",
)
def create_run(request: HttpRequest, slug: str, body: RunIn) -> Status[dict[str, Any]]:
    network, version = network_by_slug(slug), version_by_code(body.version)
    if version.network_id != network.id:
        raise NotFound()
    return Status(202, _run(order_run(version=version, period=body.period, at=timezone.now())))


@router.get("/runs/{code}", response={200: RunOut, **REFUSALS}, operation_id="get_run", summary="One settlement run")
def get_run(request: HttpRequest, code: str) -> dict[str, Any]:
    return _run(queries.run_by_code(code))


@router.get(
    "/runs/{code}/payouts",
    response={200: Payouts, **REFUSALS},
    operation_id="list_payouts",
    summary="The rows of a run with their reasons",
)
def list_payouts(request: HttpRequest, code: str, cursor: str | None = None) -> dict[str, Any]:
    page = page_of(queries.payouts_of(queries.run_by_code(code)), order=("position", "id"), cursor=cursor)
    return {"items": [_payout(each) for each in page.items], "next": page.next, "previous": page.previous}


@router.post(
    "/runs/{code}/commitment",
    response={201: RunOut, **REFUSALS},
    operation_id="commit_run",
    summary="Post a preview's differences and issue statements",
)
def post_commitment(request: HttpRequest, code: str) -> Status[dict[str, Any]]:
    return Status(201, _run(commit_run(run_id=queries.run_by_code(code).id, at=timezone.now())))


@router.get(
    "/networks/{slug}/statements",
    response={200: Statements, **REFUSALS},
    operation_id="list_statements",
    summary="Statements that you may see, the latest first",
)
def list_statements(
    request: HttpRequest, slug: str, period: str = "", payee: str = "", cursor: str | None = None
) -> dict[str, Any]:
    rows = queries.statements_of(network_by_slug(slug).id, period=period, words=payee)
    page = page_of(rows, order=("-issued_at", "-id"), cursor=cursor)
    return {"items": [_statement(each) for each in page.items], "next": page.next, "previous": page.previous}


@router.get(
    "/statements/{code}",
    response={200: StatementWithLines, **REFUSALS},
    operation_id="get_statement",
    summary="A statement with its lines",
)
def get_statement(request: HttpRequest, code: str) -> dict[str, Any]:
    statement = queries.statement_by_code(code)
    version = queries.version_of(statement)
    lines = [_line(each) for each in queries.explained(statement, version)]
    return {**_statement(statement), "version": version.code, "lines": lines}


@router.get(
    "/statements/{code}/lines/{line_id}/shares",
    response={200: Shares, **REFUSALS},
    operation_id="list_shares",
    summary="The sales lines behind a statement line, the largest share first",
)
def list_shares(
    request: HttpRequest,
    code: str,
    line_id: UUID,
    stretch: Query[Stretch],
) -> dict[str, Any]:
    line = queries.line_of(queries.statement_by_code(code), line_id)
    found = queries.shares_of(line, limit=stretch.limit, offset=stretch.offset)
    items = [{name: "" if value is None else value for name, value in share.items()} for share in found]
    texts = ("quantity", "net_amount", "share")
    return {
        "items": [{**share, **{name: f"{share[name]:f}" for name in texts}} for share in items],
        "total": int(str(found[0]["of_all"])) if found else 0,
    }


@router.get(
    "/statements/{code}/csv",
    response={200: str, **REFUSALS},
    operation_id="download_statement",
    summary="A statement as CSV",
)
def download_statement(request: HttpRequest, code: str) -> HttpResponseBase:
    return statement_file(queries.statement_by_code(code))


@router.get(
    "/networks/{slug}/payouts",
    response={200: list[AccruedOut], **REFUSALS},
    operation_id="report_payouts",
    summary="What each incentive accrued per period",
)
def report_payouts(request: HttpRequest, slug: str, period: str | None = None) -> list[dict[str, Any]]:
    return [
        {
            "period": row["payout__period"],
            "incentive": row["payout__incentive"],
            "incentive_name": row["payout__incentive_name"],
            "accrued": {"minor": row["total"], "currency": row["payout__currency"]},
            "payees": row["payees"],
        }
        for row in queries.payout_by_incentive(network_by_slug(slug).id, period=period)
    ]


def _amount(minor: object, currency: object) -> dict[str, object]:
    return {"minor": minor, "currency": currency}


def _run(run: SettlementRun) -> dict[str, Any]:
    result = run.result
    sums = ("total", "posted_before", "difference")
    return {
        "code": run.code,
        "version": run.version.label,
        "period": run.period,
        "state": run.state,
        "progress": run.progress,
        "problems": [dict(zip(("file", "row", "column", "expected"), each, strict=True)) for each in run.problems],
        "problem_count": run.problem_count,
        "result": {
            "payouts": result["payouts"],
            "paid": result["paid"],
            **{name: _amount(result[name], result["currency"]) for name in sums},
        }
        if result
        else None,
        "journal": run.journal.code if run.journal else None,
        "requested_at": run.requested_at,
        "committed_at": run.committed_at,
    }


def _payout(row: Payout) -> dict[str, Any]:
    same = ("incentive", "kind", "payee_kind", "payee", "quantity", "measure", "band_from", "reason")
    return {
        **{name: getattr(row, name) for name in same},
        "base": _amount(row.base, row.currency),
        "payout": _amount(row.amount, row.currency),
        "posted_before": _amount(row.posted_before, row.currency),
    }


def _statement(statement: Statement) -> dict[str, Any]:
    same = ("code", "period", "edition", "payee_kind", "payee", "payee_name", "issued_at")
    sums = ("opening", "accrued", "closing")
    return {
        **{name: getattr(statement, name) for name in same},
        **{name: _amount(getattr(statement, name), statement.currency) for name in sums},
    }


def _line(shown: queries.Explained) -> dict[str, Any]:
    line: StatementLine = shown.line
    payout = line.payout
    return {
        "id": line.id,
        "incentive": payout.incentive,
        "incentive_name": payout.incentive_name,
        "rule": line.rule,
        "band": shown.band,
        "sharing": shown.sharing,
        "base": _amount(payout.base, payout.currency),
        "quantity": payout.quantity,
        "measure": payout.measure,
        "amount": _amount(line.amount, payout.currency),
        "posted_before": _amount(line.posted_before, payout.currency),
        "difference": _amount(line.difference, payout.currency),
        "reason": payout.reason,
        "transaction": line.transaction_id,
    }
