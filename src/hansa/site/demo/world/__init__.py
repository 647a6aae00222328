"""A made-up world, generated from a seed and a day: companies, people, programs and three years of sales reports.

Owns every name and number that the demo shows; nobody and nothing in it exists. It knows no database and no framework:
`build` returns frozen values, and whoever loads them does so through the product's own operations. The same seed and
the same day give the same bytes.
"""

from hansa.site.demo.world.build import DEMO_SEED, build
from hansa.site.demo.world.description import describe
from hansa.site.demo.world.records import DEMO_PASSWORD, World, standing_reports

__all__ = ["DEMO_PASSWORD", "DEMO_SEED", "World", "build", "describe", "standing_reports"]
