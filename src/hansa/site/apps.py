from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "hansa.site"
    label = "site"

    def ready(self) -> None:
        """Wire the table of reactions into the outbox."""
        from hansa.activity import outbox
        from hansa.site.reactions import REACTIONS

        outbox.wire(REACTIONS)
