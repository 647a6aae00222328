from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "hansa.deals"

    def ready(self) -> None:
        """Have merges of customers asked about their projects: customers stand below deals and cannot know of them."""
        from hansa.customers.operations import guard_merges
        from hansa.deals.operations.merging import guard_projects

        guard_merges(guard_projects)
