"""What is refused at the door, and that files of any form and split give the same bytes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from hansa.engines.settlement import settle
from hansa.engines.settlement.tests.story import document, settled
from hansa.kernel.problem import Refused

FLAT = "- {id: flat, kind: rebate, period: quarter, bands: [{from: 0, rate: 10%}]}"
GOOD = "a,2019-01-01,Ada,bike,1,10.00"


def refused(folder: Path, lines: str | bytes, rules: str = FLAT, **options: str) -> list[str]:
    if isinstance(lines, bytes):
        path = folder / "lines.csv"
        path.write_bytes(lines)
        given: str | list[Path] = [path]
    else:
        given = lines
    with pytest.raises(Refused) as caught:
        settled(folder, document(rules), given, **options)
    assert not (folder / "payouts.csv").exists()
    assert not (folder / "shares.parquet").exists()
    assert len(caught.value.problems) == caught.value.total
    return [f"{each.row} {each.column}: {each.expected}" for each in caught.value.problems]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (",2019-01-01,Ada,bike,1,10", "line_id", "may not be empty"),
        ("b,,Ada,bike,1,10", "sold_on", "may not be empty"),
        ("b,2019-01-01,,bike,1,10", "partner", "may not be empty"),
        ("b,2019-01-01,Ada,,1,10", "product", "may not be empty"),
        ("b,2019-01-01,Ada,bike,,10", "quantity", "may not be empty"),
        ("b,2019-01-01,Ada,bike,1,", "net_amount", "may not be empty"),
        ("b,2019-02-30,Ada,bike,1,10", "sold_on", "not 2019-02-30"),
        ("b,2019-2-3,Ada,bike,1,10", "sold_on", "not 2019-2-3"),
        ("b,2019-02-03T00:00,Ada,bike,1,10", "sold_on", "a day"),
        ("b,9999-02-03,Ada,bike,1,10", "sold_on", "before 9999"),
        ("b,2019-01-01,Ada,bike,NaN,10", "quantity", "not NaN"),
        ("b,2019-01-01,Ada,bike,1,Infinity", "net_amount", "not Infinity"),
        ("b,2019-01-01,Ada,bike,1_0,10", "quantity", "not 1_0"),
        ("b,2019-01-01,Ada,bike,1,1e5", "net_amount", "not 1e5"),
        ("b,2019-01-01,Ada,bike,\N{ARABIC-INDIC DIGIT THREE},10", "quantity", "plain decimal"),
        ("b,2019-01-01,Ada,bike, 1,10", "quantity", "plain decimal"),
        ("b,2019-01-01,Ada,bike,1,10.005", "net_amount", "at most 2 decimals"),
        ("b,2019-01-01,Ada,bike,1.0000000001,10", "quantity", "at most 9 decimals"),
        ("b,2019-01-01,Ada,bike,1,12345678901234567.00", "net_amount", "16 digits before the point"),
        ("b,2019-01-01,Zoe,bike,1,10", "partner", "not Zoe"),
        ("b,2019-01-01,Ada,boat,1,10", "product", "not boat"),
        ("a,2019-01-01,Ada,bike,1,10", "line_id", "a is used already"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path: Path, row: str, column: str, said: str) -> None:
    (found,) = refused(tmp_path, f"{GOOD}\n{row}")
    assert found.startswith(f"3 {column}: ")
    assert said in found


def test_every_wrong_cell_is_listed_and_nothing_replaced(tmp_path: Path) -> None:
    good = settled(tmp_path, document(FLAT), GOOD)
    before = good.payouts_path.read_bytes()
    with pytest.raises(Refused) as caught:
        settled(tmp_path, document(FLAT), "\n".join(f"{n},2019-01-01,Ada,bike,x,y" for n in range(600)))
    assert (caught.value.total, len(caught.value.problems)) == (1200, 1000)
    assert good.payouts_path.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    rules = FLAT.replace("kind: rebate", "kind: rebate, payee: rep")
    assert refused(tmp_path, b"line_id,partner,product,net_amount\n", rules) == [
        "1 sold_on: this column", "1 quantity: this column", "1 rep: this column",
    ]  # fmt: skip


HEADER = b"line_id,sold_on,partner,product,quantity,net_amount\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"b,2019\n", "3 : 6 cells, as in the header; found 2"),
        (b"b,2019-01-01,Ada,bike,1,10,11\n", "3 : 6 cells, as in the header; found 7"),
        (b'"b,2019-01-01,Ada,bike,1,10\n', "3 : a quoted cell that ends with a quote"),
        (b"b\xff,2019-01-01,Ada,bike,1,10\n", "UTF-8 text"),
    ],
)
def test_a_broken_csv_is_refused(tmp_path: Path, row: bytes, said: str) -> None:
    (found,) = refused(tmp_path, HEADER + GOOD.encode() + b"\n" + row)
    assert said in found


@pytest.mark.parametrize(
    ("partners", "said"),
    [
        ("partner,valid_from,valid_until\nAda,,2019-06-02\nAda,2019-06-01,\n", "3 partner: one row of Ada on each day"),
        ("partner\nAda\nAda\n", "3 partner: one row of Ada on each day"),
        ("partner,valid_from,valid_until\nAda,2019-06-02,2019-06-01\n", "2 valid_until: a day not before valid_from"),
        ("partner,valid_from\nAda,soon\n", "2 valid_from: a day such as 2019-01-31; not soon"),
        ("name\nAda\n", "1 partner: this column"),
        ('partner,type\nAda,VAR\n"Bob,SI\n', "3 : a quoted cell that ends with a quote"),
        ("partner,type\nAda,VAR\nBob,SI,more\n", "3 : 2 cells, as in the header; found 3"),
    ],
)
def test_wrong_partners_are_refused(tmp_path: Path, partners: str, said: str) -> None:
    (found,) = refused(tmp_path, GOOD, partners=partners)
    assert found.startswith(said)


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ("EUR,2019-01-01,0.0", "2 rate: a rate above 0"),
        ("EUR,2019-01-01,-1", "2 rate: a rate above 0"),
        ("EUR,2019-01-01,1\nEUR,2019-01-01,1", "3 date: one rate of EUR for 2019-01-01"),
        ("EUR,2019-01-01,1.1234567890123456789", "2 rate: a rate with at most 18 digits"),
        ("EUR,,1", "2 date: a value"),
    ],
)
def test_wrong_rates_are_refused(tmp_path: Path, rates: str, said: str) -> None:
    (found,) = refused(tmp_path, GOOD, rates=f"currency,date,rate\n{rates}\n")
    assert found.startswith(said)


def lines_table(connection: duckdb.DuckDBPyConnection, count: int) -> str:
    connection.execute(f"""
        CREATE OR REPLACE TABLE t AS SELECT 'L' || i AS line_id, DATE '2019-01-01' + (i % 360)::INTEGER AS sold_on,
            CASE WHEN i % 3 = 0 THEN 'Bob' ELSE 'Ada' END AS partner, 'bike' AS product,
            (i % 7 - 1)::BIGINT AS quantity,
            ((i * 37) % 9999 - 200)::DECIMAL(16, 0) * 0.01::DECIMAL(2, 2) AS net_amount,
            CASE WHEN i % 4 = 0 THEN 'EUR' END AS currency FROM range({count}) AS r(i)""")
    return "t"


RATES = "currency,date,rate\n" + "".join(
    f"EUR,2019-{m:02d}-{d:02d},1.{m}{d}7\n" for m in range(1, 13) for d in (1, 8, 15, 22, 27)
)


def test_csv_and_parquet_in_any_split_give_the_same_bytes(tmp_path: Path) -> None:
    connection = duckdb.connect()
    table = lines_table(connection, 3000)
    folder = tmp_path / "parts"
    folder.mkdir()
    connection.execute(f"COPY (FROM {table}) TO '{tmp_path}/all.csv'")
    connection.execute(f"COPY (FROM {table} ORDER BY hash(line_id)) TO '{tmp_path}/all.parquet'")
    connection.execute(f"COPY (FROM {table} WHERE quantity > 2) TO '{folder}/more.parquet'")
    connection.execute(
        f"COPY (SELECT * REPLACE (net_amount::DECIMAL(30, 4) AS net_amount, quantity::INTEGER AS quantity) FROM {table}"
        f" WHERE quantity <= 2) TO '{folder}/less.parquet'"
    )
    found = set()
    for given in (
        [tmp_path / "all.csv"],
        [tmp_path / "all.parquet"],
        [folder],
        [folder / "m*.parquet", folder / "less.parquet"],
    ):
        result = settled(tmp_path, document(FLAT), given, rates=RATES)
        found.add((result.payouts_path.read_bytes(), result.shares_path.read_bytes()))
    assert len(found) == 1


def test_a_repetition_over_two_files_is_found(tmp_path: Path) -> None:
    connection = duckdb.connect()
    table = lines_table(connection, 3)
    for name in ("one", "two"):
        connection.execute(
            f"COPY (FROM {table} WHERE line_id <> 'L1' OR '{name}' = 'one') TO '{tmp_path}/{name}.parquet'"
        )
    with pytest.raises(Refused) as caught:
        settled(tmp_path, document(FLAT), [tmp_path / "one.parquet", tmp_path / "two.parquet"], rates=RATES)
    assert [(each.file, each.row, each.column) for each in caught.value.problems] == [
        ("two.parquet", 1, "line_id"), ("two.parquet", 2, "line_id"),
    ]  # fmt: skip


def test_floating_point_money_is_refused(tmp_path: Path) -> None:
    connection = duckdb.connect()
    table = lines_table(connection, 3)
    connection.execute(
        f"COPY (SELECT * REPLACE (net_amount::DOUBLE AS net_amount) FROM {table}) TO '{tmp_path}/f.parquet'"
    )
    with pytest.raises(Refused) as caught:
        settled(tmp_path, document(FLAT), [tmp_path / "f.parquet"])
    assert [(each.column, each.expected) for each in caught.value.problems] == [
        ("net_amount", "an exact number or text; not double")
    ]


def test_a_bom_crlf_and_quoted_line_breaks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_bytes(b"\xef\xbb\xbf" + HEADER.replace(b"\n", b"\r\n") + b'"a\n1",2019-01-01,Ada,bike,1,10\r\n')
    found = settled(tmp_path, document(FLAT), [path])
    assert found.by_line() == {"a\n1": "1.00"}


def test_blank_lines_are_passed_over_and_counted(tmp_path: Path) -> None:
    good = b'"a\n\n1",2019-01-01,Ada,bike,1,10\n'
    (found,) = refused(tmp_path, HEADER + b"\n" + good + b"\n\n" + b"b,2019-01-01,Ada,bike,1,x\n\n")
    assert found == "6 net_amount: a plain decimal number such as -12.50; not x"
    path = tmp_path / "lines.csv"
    path.write_bytes(HEADER + b"\n" + good + b"\n\n")
    assert settled(tmp_path, document(FLAT), [path]).by_line() == {"a\n\n1": "1.00"}


def test_parquet_without_a_row_pays_nothing(tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.execute(f"COPY (FROM {lines_table(connection, 3)} WHERE false) TO '{tmp_path}/none.parquet'")
    assert settled(tmp_path, document(FLAT), [tmp_path / "none.parquet"]).payouts == []


@pytest.mark.parametrize("name", ["lines.csv", "partners.csv", "products.csv", "rates.csv", "link.csv"])
def test_a_file_that_is_read_is_not_written(tmp_path: Path, name: str) -> None:
    good = settled(tmp_path, document(FLAT), GOOD, rates="currency,date,rate\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "lines.csv")
    before = (tmp_path / name).read_bytes()
    given = {"partners": tmp_path / "partners.csv", "products": tmp_path / "products.csv"}
    for target in ({"payouts": tmp_path / name}, {"payouts": good.payouts_path, "shares": tmp_path / name}):
        with pytest.raises(Refused, match="among the files that are read"):
            settle(document(FLAT), lines=[tmp_path / "lines.csv"], rates=tmp_path / "rates.csv", **given, **target)
    assert (tmp_path / name).read_bytes() == before


def test_payouts_and_shares_do_not_share_a_file(tmp_path: Path) -> None:
    settled(tmp_path, document(FLAT), GOOD)
    same = tmp_path / "same"
    with pytest.raises(Refused, match="the payouts go to this one"):
        settle(
            document(FLAT), lines=[tmp_path / "lines.csv"], partners=tmp_path / "partners.csv",
            products=tmp_path / "products.csv", payouts=same, shares=tmp_path / "." / "same",
        )  # fmt: skip
    assert not same.exists()


def test_small_and_large_settlements_write_the_same_bytes(tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.execute(f"COPY (FROM {lines_table(connection, 3000)}) TO '{tmp_path}/all.parquet'")
    written = []
    for memory in (None, "500MB"):  # a limit of one's own means a database of one's own
        found = settled(tmp_path, document(FLAT), [tmp_path / "all.parquet"], rates=RATES, memory_limit=memory)
        written.append((found.payouts_path.read_bytes(), found.shares_path.read_bytes()))
    assert written[0] == written[1]


def test_settlements_side_by_side_do_not_disturb_each_other(tmp_path: Path) -> None:
    def total(number: int) -> str:
        folder = tmp_path / str(number)
        folder.mkdir()
        return settled(folder, document(FLAT), f"a,2019-01-01,Ada,bike,1,{number}0.00").payouts[0]["payout"]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(total, range(1, 13))) == [f"{number}.00" for number in range(1, 13)]
