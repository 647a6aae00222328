import pytest
from django.template.loader import render_to_string

NAVIGATION = [
    {"title": "Sell", "icon": "tag", "items": [{"title": "Deals", "url": "/deals", "active": True, "count": 318}]}
]


def base(**context) -> str:
    return " ".join(render_to_string("ui/base.html", context).split())


def test_a_page_with_nothing_to_say_still_has_its_landmarks():
    written = base()
    for landmark in (
        '<a class="skip-link" href="#main">',
        '<main class="frame-main" id="main"',
        'role="status" aria-live',
    ):
        assert landmark in written


def test_the_page_that_is_open_is_marked_in_the_menu():
    written = base(navigation=NAVIGATION)
    assert '<a class="item" href="/deals" aria-current="page">' in written
    assert '<span class="count">318</span>' in written


@pytest.mark.parametrize(("theme", "early"), [("", True), ("dark", False), ("light", False)])
def test_only_a_reader_without_a_choice_needs_the_early_script(theme, early):
    written = base(theme=theme)
    assert ("dist/early.js" in written) is early
    assert (f'data-bs-theme="{theme}"' in written) is not early


def test_a_network_gives_name_logo_and_accent():
    written = base(network={"name": "Nordwind", "logo_url": "/logo.svg", "accent": "plum"})
    assert 'data-accent="plum"' in written
    assert '<img class="brand-logo" src="/logo.svg" alt=""' in written
    assert "· Nordwind</title>" in written


def test_the_token_goes_with_every_request_of_htmx():
    assert """hx-headers:inherited='{"X-CSRFToken": "t0k3n"}'""" in base(csrf_token="t0k3n")


def test_signing_out_and_switching_the_organization_are_posted():
    written = base(
        person={"name": "Ken Ito", "email": "ken@alpine.example"},
        sign_out_url="/out",
        acting={"name": "Alpine"},
        acting_url="/act",
        organizations=[{"id": 7, "name": "Alpine", "active": True}],
    )
    assert '<form method="post" action="/out"' in written
    assert '<button class="menu-item" name="organization" value="7" aria-current="true">' in written


def test_what_waits_in_the_inbox_is_said_in_words():
    assert 'aria-label="Inbox, 12 new"' in base(inbox={"url": "/inbox", "count": 12})
