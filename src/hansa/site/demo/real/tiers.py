"""Which tier a reseller has: decided every July by what it sold in the fiscal year before. No framework."""

from __future__ import annotations

from decimal import Decimal

FIRST_TIER = "Registered"
TIERS = ((Decimal(150_000), "Gold"), (Decimal(30_000), "Silver"))


def tier_for(sold: Decimal) -> str:
    """The tier that net sales of a fiscal year, in USD, give for the next one.

    >>> tier_for(Decimal("149999.99")), tier_for(Decimal(150_000)), tier_for(Decimal(0))
    ('Silver', 'Gold', 'Registered')
    """
    return next((tier for least, tier in TIERS if sold >= least), FIRST_TIER)
