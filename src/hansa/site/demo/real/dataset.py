"""The folder's files, checked, as what the vendor would send: a list of partners, of products, and monthly reports."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hansa.kernel.problem import Problem, Refused
from hansa.site.demo.real.tiers import FIRST_TIER

SALES = "FactResellerSales.csv"
PRODUCTS = "Product.csv"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Resellers.csv": ("ResellerKey", "BusinessType", "ResellerName"),
    "DimReseller.csv": ("ResellerKey", "GeographyKey", "Phone", "AddressLine1"),
    "DimGeography.csv": (
        "GeographyKey",
        "City",
        "StateProvinceName",
        "CountryRegionCode",
        "PostalCode",
        "SalesTerritoryKey",
    ),
    "DimSalesTerritory.csv": ("SalesTerritoryKey", "SalesTerritoryRegion"),
    PRODUCTS: ("ProductKey", "Product", "Subcategory", "EnglishProductCategoryName"),
    SALES: (
        "SalesOrderNumber",
        "OrderDate",
        "ProductKey",
        "ResellerKey",
        "EmployeeKey",
        "OrderQuantity",
        "UnitPrice",
        "SalesAmount",
    ),
}
ROSTER = ("Number", "Name", "Type", "Tier", "Territory", "Country", "Region", "City", "Postcode", "Street", "Phone")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Article:
    """A product of the set; its subcategory is the family."""

    sku: str
    name: str
    category: str
    family: str


@dataclass(frozen=True, slots=True)
class DataSet:
    """`roster` and `reports` are CSV files as the vendor sends them; `reports` by month, in the order of time."""

    roster: bytes
    articles: tuple[Article, ...]
    reports: Mapping[date, bytes]


def read_data_set(folder: Path) -> DataSet:
    """Read the folder; raises Refused, naming file and column, when something is missing or a key leads nowhere."""
    problems = [problem for name in COLUMNS for problem in _problems_of_file(folder / name)]
    if problems:
        raise Refused(problems)
    return DataSet(_roster(folder), tuple(_articles(folder)), _reports(folder / SALES))


def _problems_of_file(path: Path) -> Iterator[Problem]:
    try:
        header = next(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))), [])
    except FileNotFoundError:
        yield Problem(str(path), 0, "", "this file of the AdventureWorksDW reseller set")
        return
    except UnicodeDecodeError as error:
        yield Problem(str(path), 0, f"byte {error.start}", "UTF-8 text")
        return
    for column in COLUMNS[path.name]:
        if column not in header:
            yield Problem(str(path), 1, column, "a column with this heading")


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _roster(folder: Path) -> bytes:
    """The list of resellers with place and territory looked up; types stay as spelt, so that the import can notice."""
    details = {row["ResellerKey"]: row for row in _rows(folder / "DimReseller.csv")}
    places = {row["GeographyKey"]: row for row in _rows(folder / "DimGeography.csv")}
    regions = {row["SalesTerritoryKey"]: row["SalesTerritoryRegion"] for row in _rows(folder / "DimSalesTerritory.csv")}
    listed: list[Sequence[str]] = [ROSTER]
    problems = []
    for number, row in enumerate(_rows(folder / "Resellers.csv"), start=2):
        detail = details.get(row["ResellerKey"], {})
        place = places.get(detail.get("GeographyKey", ""), {})
        region = regions.get(place.get("SalesTerritoryKey", ""))
        if region is None:
            expected = "the key of a reseller whose geography has a sales territory"
            problems.append(Problem("Resellers.csv", number, "ResellerKey", expected))
            continue
        listed.append(_listed(row, detail, place, region))
    if problems:
        raise Refused(problems)
    return _as_csv(listed)


def _listed(row: Row, detail: Row, place: Row, region: str) -> list[str]:
    who = [row["ResellerKey"], row["ResellerName"], row["BusinessType"], FIRST_TIER, region]
    where = [place[name] for name in ("CountryRegionCode", "StateProvinceName", "City", "PostalCode")]
    return [*who, *where, detail["AddressLine1"], detail["Phone"]]


def _articles(folder: Path) -> Iterator[Article]:
    for row in _rows(folder / PRODUCTS):
        yield Article(row["ProductKey"], row["Product"], row["EnglishProductCategoryName"], row["Subcategory"])


def _reports(path: Path) -> dict[date, bytes]:
    """The sales split by the month of the order, every column and cell as it stands."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    dated = header.index("OrderDate")
    months: dict[str, list[list[str]]] = {}
    problems = []
    for number, row in enumerate(rows, start=2):
        try:
            month = date.fromisoformat(row[dated]).replace(day=1).isoformat()
        except (IndexError, ValueError):
            problems.append(Problem(path.name, number, "OrderDate", "a day such as 2019-07-31"))
            continue
        months.setdefault(month, [header]).append(row)
    if problems or not months:
        raise Refused(problems or [Problem(path.name, 0, "", "at least one sale")])
    return {date.fromisoformat(month): _as_csv(months[month]) for month in sorted(months)}


def _as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue().encode()
