from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template import engines

from hansa.kernel.money import Money
from hansa.ui import STATE_KINDS
from hansa.ui.diff import DiffLine, diff_lines

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def page(source: str, **context) -> str:
    """Components are compiled by the site's own template engine."""
    from django_cotton.compiler_regex import CottonCompiler

    template = engines["django"].from_string(CottonCompiler().process(source))
    return " ".join(template.render({"now": NOW, **context}).split())


@pytest.mark.parametrize("kind", STATE_KINDS)
def test_a_state_has_a_word_a_colour_and_a_shape(kind):
    written = page(f'<c-state kind="{kind}">Word</c-state>')
    assert f'class="state state-{kind}"' in written
    assert "icons.svg#" in written
    assert "Word</span>" in written


def test_each_kind_of_state_has_its_own_shape():
    shapes = {
        page(f'<c-state kind="{kind}">Word</c-state>').split("icons.svg#")[1].split('"')[0] for kind in STATE_KINDS
    }
    assert len(shapes) == len(STATE_KINDS)


def test_a_component_takes_nothing_from_the_page_around_it():
    written = page(
        "<c-metric label='Deals' />", value="leaked", url="leaked", change="leaked", title="leaked", of="leaked"
    )
    assert "leaked" not in written


def test_a_number_links_to_what_it_is_made_of():
    written = page(
        '<c-metric label="Pipeline" url="/deals">'
        '<c-slot name="value"><c-money :amount="amount" :short="True" /></c-slot></c-metric>',
        amount=Money(482_000_000, "USD"),
    )
    assert '<a href="/deals" class="metric-link">Pipeline</a>' in written
    assert "$4.82M" in written


def test_a_table_names_itself_and_its_columns():
    written = page(
        '<c-data-table caption="Deals"><c-slot name="head"><th scope="col">Deal</th></c-slot>'
        '<tr><td data-label="Deal">1</td></tr></c-data-table>'
    )
    assert '<caption class="visually-hidden">Deals</caption>' in written
    assert '<th scope="col">Deal</th>' in written


def test_work_under_way_asks_again_until_it_is_finished():
    assert 'hx-get="/work"' in page('<c-progress label="Import" :done="5" :total="10" url="/work" />')
    assert "hx-get" not in page('<c-progress label="Import" :done="10" :total="10" url="/work" />')


def test_a_ruling_shows_answer_inputs_rule_and_version():
    written = page(
        '<c-why id="w" answer="Protected." rule="First claim" version="2026.3" '
        ':inputs="inputs" dispute-url="/dispute" />',
        inputs=[("Earlier claims", "none")],
    )
    assert 'data-opens="w"' in written
    for part in ("Protected.", "First claim", "2026.3", "<dt>Earlier claims</dt><dd>none</dd>", 'href="/dispute"'):
        assert part in written
    assert "Replay" not in written


def test_a_chart_has_its_title_unit_and_table():
    written = page('<c-chart title="Sales fell" unit="EUR" figures="f"><table><tr><td>1</td></tr></table></c-chart>')
    assert 'data-chart="f" role="img" aria-label="Sales fell"' in written
    assert "<table><tr><td>1</td></tr></table>" in written
    assert '<p class="chart-unit">EUR</p>' in written


def test_a_confirmation_states_its_consequences():
    written = page(
        '<c-confirm title="Publish?" verb="Publish" :danger="True"><c-fact label="Partners">14</c-fact></c-confirm>'
    )
    assert '<div class="fact"><dt>Partners</dt><dd>14</dd></div>' in written
    assert '<button class="btn btn-danger">Publish</button>' in written


def test_one_event_of_a_timeline():
    written = page(
        '<c-timeline><c-timeline-item title="Approved" by="Ken" kind="settled" :at="at" /></c-timeline>',
        at=NOW - timedelta(days=2),
    )
    assert "Approved</p>" in written
    assert "Ken · <time" in written
    assert "2 days ago" in written


def test_names_are_escaped_in_attributes_and_text():
    written = page(
        '<c-page-header title="{{ name }}" /><c-avatar name="{{ name }}" /><c-card :title="name" />',
        name='<b onclick="x">&',
    )
    assert "<b" not in written
    assert written.count("&lt;b onclick=&quot;x&quot;&gt;&amp;") == 2


def test_the_changes_of_a_text_are_numbered_on_both_sides():
    assert diff_lines("a\nb\nc", "a\nc\nd", context=1) == [
        DiffLine("same", 1, 1, "a"),
        DiffLine("removed", 2, None, "b"),
        DiffLine("same", 3, 2, "c"),
        DiffLine("added", None, 3, "d"),
    ]
    assert diff_lines("same", "same") == []


def test_unchanged_stretches_are_counted_not_shown():
    before = "\n".join("abcdefghij")
    lines = diff_lines(before, before.replace("j", "k"), context=2)
    assert lines[0] == DiffLine("skipped", None, None, "7")
    assert "7 unchanged lines" in page('<c-code-diff :lines="lines" />', lines=lines)


class Claim(forms.Form):
    customer = forms.CharField(help_text="Who will use it.")
    kind = forms.ChoiceField(choices=[("n", "New"), ("r", "Renewal")], widget=forms.RadioSelect)
    country = forms.ChoiceField(choices=[("de", "Germany")], required=False)
    share = forms.BooleanField(required=False)


def test_a_refused_field_says_so_where_it_is_and_in_the_summary():
    written = page("{{ form }}", form=Claim({"kind": "n"}))
    assert 'class="form-control is-invalid"' in written
    assert 'aria-describedby="id_customer_helptext id_customer_error"' in written
    assert '<div class="form-error" id="id_customer_error">' in written
    assert '<a href="#id_customer">Customer</a>: This field is required.' in written
    assert "data-form-errors" in written


def test_a_fresh_form_has_no_summary_and_the_classes_of_its_widgets():
    written = page("{{ form }}", form=Claim())
    assert "data-form-errors" not in written
    assert "is-invalid" not in written
    for name in ('class="form-control"', 'class="form-select"', 'class="form-check-input"', 'class="form-choices"'):
        assert name in written
    assert written.count("optional") == 2


def test_radio_buttons_stand_in_a_group_with_a_legend():
    assert '<legend class="form-label">Kind</legend>' in page("{{ form }}", form=Claim())
