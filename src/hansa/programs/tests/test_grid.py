"""The territories of a program as a grid."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from hansa.programs.rules.grid import Part, grid_of, parts_of
from hansa.programs.territories import PostcodeRange, Territory

PORTS = PostcodeRange("DE", "20", "28")
NORTH = Territory("North", ("DK", "DE"), coverage="exclusive", families=("Boats",))
HARBOURS = Territory("Harbours", ("DE", "US"), regions=("US-WA",), postcodes=(PORTS,))
WORD = Territory("Word")


def names(grid):
    return [[[each.name for each in cell] for cell in row.cells] for row in grid.rows]


def test_parts_go_down_and_families_across():
    grid = grid_of([NORTH, HARBOURS, WORD])

    assert grid.families == ("Boats", "")
    assert [row.part for row in grid.rows] == [
        Part("DE"), Part("DE", postcodes=PORTS), Part("DK"), Part("US", region="US-WA"),
    ]  # fmt: skip
    assert names(grid) == [
        [["North"], []],
        [["North", "Harbours"], ["Harbours"]],
        [["North"], []],
        [["Harbours"], ["Harbours"]],
    ]
    assert grid.names == (WORD,)


def test_without_families_there_is_one_column_for_all_products():
    grid = grid_of([HARBOURS])

    assert grid.families == ("",)


def test_where_every_territory_names_families_there_is_no_column_for_the_rest():
    assert grid_of([NORTH]).families == ("Boats",)


def test_a_program_without_territories_has_an_empty_grid():
    assert (grid_of([]).families, grid_of([]).rows, grid_of([WORD]).rows) == ((), (), ())


def test_a_range_of_postcodes_lies_in_a_wider_one():
    inner = Part("DE", postcodes=PostcodeRange("DE", "22", "25"))

    assert inner.lies_in(HARBOURS)
    assert not Part("DE", postcodes=PostcodeRange("DE", "22", "30")).lies_in(HARBOURS)
    assert not Part("DE", region="DE-HH").lies_in(HARBOURS)


TERRITORIES = st.lists(
    st.builds(
        Territory,
        st.sampled_from(["A", "B", "C"]),
        st.lists(st.sampled_from(["DE", "US"]), unique=True).map(tuple),
        regions=st.sampled_from([(), ("US-WA",), ("US-WA", "US-OR")]),
        families=st.sampled_from([None, ("Boats",), ("Sails", "Boats")]),
    ),
    max_size=3,
    unique_by=lambda each: each.name,
)


@given(TERRITORIES)
def test_each_part_of_each_territory_stands_in_its_own_cells(territories):
    grid = grid_of(territories)
    shown = {
        (row.part, family, each.name)
        for row in grid.rows
        for family, cell in zip(grid.families, row.cells, strict=True)
        for each in cell
    }

    for each in territories:
        for part, family in product(parts_of(each), each.families or [""]):
            assert (part, family, each.name) in shown
    assert len({row.part for row in grid.rows}) == len(grid.rows)
