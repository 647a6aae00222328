from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import RequestFactory
from django.utils.translation import override

from hansa.kernel.money import Money

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_money_is_written_for_the_reader(rendered):
    assert rendered("{{ amount|money }}", amount=Money(1234, "EUR")) == "€12.34"
    with override("de"):
        assert rendered('{{ minor|money:"EUR" }}', minor=1234) == "12,34 €"


def test_a_shortened_amount_keeps_the_exact_one_on_hover_and_for_screen_readers(rendered):
    written = rendered("{{ amount|shortmoney }}", amount=Money(482_000_050, "USD"))
    assert written == (
        '<span class="shortened" title="$4,820,000.50"><span aria-hidden="true">$4.82M</span>'
        '<span class="visually-hidden">$4,820,000.50</span></span>'
    )


def test_an_amount_that_needs_no_shortening_is_plain(rendered):
    assert rendered("{{ amount|shortmoney }}", amount=Money(1234, "EUR")) == "€12.34"


@pytest.mark.parametrize(
    "tag",
    [
        "{{ none|money }}",
        "{{ none|shortmoney }}",
        "{{ none|quantity }}",
        "{{ none|percent }}",
        "{% since none %}",
        "{% deadline none %}",
    ],
)
def test_nothing_is_a_dash(rendered, tag):
    assert rendered(tag, none=None, now=NOW) == "–"


def test_a_moment_is_relative_with_the_instant_on_hover(rendered):
    written = rendered("{% since moment %}", moment=NOW - timedelta(hours=2), now=NOW)
    assert written.startswith('<time datetime="2026-11-22T10:00:00+00:00" title="Nov 22, 2026, 11:00:00 AM ')
    assert written.endswith("data-relative>2 hours ago</time>")


def test_without_a_present_moment_the_instant_is_written_out(rendered):
    written = rendered("{% since moment %}", moment=NOW)
    assert "Nov 22, 2026, 1:00:00 PM" in written
    assert "data-relative" not in written


def test_a_deadline_says_the_day_and_what_is_left(rendered):
    written = rendered("{% deadline until %}", until=date(2026, 11, 30), now=NOW)
    assert (
        '<span class="deadline deadline-far"><time datetime="2026-11-30" '
        'title="Monday, November 30, 2026">Mon, Nov 30</time>'
    ) in written
    assert '<span class="deadline-left">8 days left</span>' in written


def test_an_icon_is_silent_unless_it_has_a_label(rendered):
    assert (
        rendered('{% icon "home" %}')
        == '<svg class="icon" aria-hidden="true"><use href="/static/dist/icons.svg#home"></use></svg>'
    )
    assert 'role="img" aria-label="Home"' in rendered('{% icon "home" "Home" %}')


def test_filters_live_in_the_address(rendered):
    request = RequestFactory().get("/deals", {"state": "open", "after": "k7"})
    assert (
        rendered("{% address_with after=None sort='amount' %}", request=request) == "/deals?state=open&amp;sort=amount"
    )
    assert rendered("{% address_with after=None state='' %}", request=request) == "/deals"


def test_what_people_type_is_escaped(rendered):
    hostile = '"><script>alert(1)</script>'
    assert "<script" not in rendered("{{ name|initials }}{% icon name name %}", name=hostile)
