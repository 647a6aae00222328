"""The home page of a person: what needs it now, its deals, a few numbers, what happened lately; over all its networks."""

from hansa.site.home.figures import Figure, figures_of, latest_events
from hansa.site.home.needs import Need, needs_of

__all__ = ["Figure", "Need", "figures_of", "latest_events", "needs_of"]
