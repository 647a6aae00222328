"""Deals: who registered which project, whose claim is protected and until when, decided by published rules.

Words: *project* (a customer, a product family and a country), *registration* (one organization's claim on a project),
*review* (what the operator has said) and *stage* (how far the sale is): two axes; *claim* and *rival* (a registration
and what stands beside it, as the decision sees them), *protection* (the one claim of a project that goes first, until a
stored instant), *waiting* (a claim behind another one, in order), *rules of engagement* (the section of the program
document by which all this is decided).
"""
