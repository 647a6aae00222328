from hansa.incentives.models import Statement
from hansa.kit.scope import acting
from hansa.networks.models import Membership
from hansa.sales.models import SalesReport
from tests.world.story import World


def test_everybody_has_what_the_story_says(world: World) -> None:
    states = {key: report.state for key, report in world.reports.items()}
    assert states == {
        ("aurora-channel", "delta"): "TAKEN",
        ("aurora-channel", "dune"): "TAKEN",
        ("aurora-channel", "gorse"): "TAKEN",
        ("boreal-channel", "gorse"): "TAKEN",
        ("boreal-channel", "fir"): "TAKEN",
        ("aurora-channel", "hazel"): "NEEDS_MAPPING",
    }
    assert {party for slug, party in world.statements if slug == "aurora-channel"} >= {"elm", "fir", "gorse", "hazel"}


def test_a_rival_sees_its_own_half(world: World) -> None:
    with acting(world.scope("elm.owner")):
        assert Membership.objects.count() == 2
        assert [s.party.id for s in Statement.objects.all()] == [world.organizations["elm"].id]
        assert SalesReport.objects.count() == 0
    with acting(world.scope("aurora.owner")):
        assert Membership.objects.count() == 8
        assert SalesReport.objects.count() == 4
