"""Every write on customers, accounts and account lists."""

from hansa.customers.operations.directory import (
    Keeping,
    add_customer,
    correct_customer,
    note_customer_name,
    set_customer_parent,
    take_customers,
)
from hansa.customers.operations.lists import confirm_columns, preview_list, receive_list, send_to_taking
from hansa.customers.operations.merging import MergeRefused, guard_merges, merge_customers
from hansa.customers.operations.naming import end_named_account, name_account
from hansa.customers.operations.taking import take_list

__all__ = [
    "Keeping",
    "MergeRefused",
    "add_customer",
    "confirm_columns",
    "correct_customer",
    "end_named_account",
    "guard_merges",
    "merge_customers",
    "name_account",
    "note_customer_name",
    "preview_list",
    "receive_list",
    "send_to_taking",
    "set_customer_parent",
    "take_customers",
    "take_list",
]
