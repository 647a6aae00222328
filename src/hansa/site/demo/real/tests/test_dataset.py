"""The folder of a real data set as the vendor's files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hansa.kernel.problem import Refused
from hansa.site.demo.real.dataset import Article, read_data_set
from hansa.site.demo.real.tests.folder import FILES, write_folder


def test_sales_are_split_by_month_with_every_column(tmp_path: Path) -> None:
    reports = read_data_set(write_folder(tmp_path)).reports
    header = FILES["FactResellerSales.csv"].split()[0]
    assert list(reports) == [date(2018, month, 1) for month in (4, 5, 6, 7, 8)]
    assert reports[date(2018, 8, 1)].decode().splitlines() == [
        header,
        "S5,2018-08-02,9,4,91,6,1,10.00,5.00,10.00",
        "S5,2018-08-02,8,4,91,6,1,20.00,15.00,20.00",
    ]


def test_the_list_of_partners_has_place_and_territory_and_the_type_as_spelt(tmp_path: Path) -> None:
    roster = read_data_set(write_folder(tmp_path)).roster.decode().splitlines()
    assert len(roster) == 5
    assert roster[2] == "2,Ashdown Depot,Ware House,Registered,Northwest,US,Oregon,Elmton,97000,2 First Street,555-0102"
    assert roster[3].endswith(',Canada,CA,Ontario,Birchville,K1A 0A1,"3 Second Street, rear",555-0103')


def test_a_subcategory_is_the_family(tmp_path: Path) -> None:
    articles = read_data_set(write_folder(tmp_path)).articles
    assert articles[0] == Article("7", "Ridge 100 Red, 42", "Bikes", "Mountain Bikes")


def test_missing_files_and_columns_are_named(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "DimReseller.csv").unlink()
    (tmp_path / "Product.csv").write_text("ProductKey,Product,EnglishProductCategoryName\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_data_set(tmp_path)
    assert [(Path(p.file).name, p.row, p.column) for p in refused.value.problems] == [
        ("DimReseller.csv", 0, ""),
        ("Product.csv", 1, "Subcategory"),
    ]


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "Product.csv").write_bytes("ProductKey,Größe\n".encode("latin-1"))
    with pytest.raises(Refused, match="UTF-8 text"):
        read_data_set(tmp_path)


def test_a_reseller_without_a_place_is_named(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "DimReseller.csv").write_text("ResellerKey,GeographyKey,Phone,AddressLine1\n1,10,,\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_data_set(tmp_path)
    assert [(problem.row, problem.column) for problem in refused.value.problems] == [
        (3, "ResellerKey"),
        (4, "ResellerKey"),
        (5, "ResellerKey"),
    ]


@pytest.mark.parametrize("written", ["", "2018-13-01", "01.02.2018"])
def test_an_order_without_a_day_is_named(tmp_path: Path, written: str) -> None:
    write_folder(tmp_path)
    sales = (tmp_path / "FactResellerSales.csv").read_text(encoding="utf-8")
    (tmp_path / "FactResellerSales.csv").write_text(sales.replace("2018-05-09", written), encoding="utf-8")
    with pytest.raises(Refused, match="row 3, OrderDate"):
        read_data_set(tmp_path)
