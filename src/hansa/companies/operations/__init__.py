"""Writing what is known of companies. The caller asks the right and records the event: it alone knows who may read of it."""

from hansa.companies.operations.keeping import correct_company, know_company, note_other_name
from hansa.companies.operations.links import merge_companies, say_sameness, set_parent
from hansa.companies.operations.lists import refresh_statistics, take_companies
from hansa.companies.operations.readers import let_read, stop_reading

__all__ = [
    "correct_company",
    "know_company",
    "let_read",
    "merge_companies",
    "note_other_name",
    "refresh_statistics",
    "say_sameness",
    "set_parent",
    "stop_reading",
    "take_companies",
]
