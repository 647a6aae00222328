"""What was sold: reports from the network's members, checked line by line, kept in immutable files.

Words: *sales report* (one file of one sender for one month), *sell-through*, *quarantine* (rows that could not be
taken, each with its reason), *line file* (a Parquet file of taken lines; its committed row makes it exist), *alias*
(how a sender names a partner or product). A report's life: RECEIVED, CHECKING, NEEDS_MAPPING, TAKEN, REFUSED, REPLACED.
"""
