"""One double-entry ledger in integer minor units, append-only; exchange rates live beside it.

Words: *account*, *entry* (one signed amount on one account), *transaction* (entries that sum to zero per currency),
*journal* (the transactions of one act of posting, sealed by one digest in the event log), *period* (a month of posting:
OPEN, CLOSING, CLOSED), *reversal*, *rate*.
"""
