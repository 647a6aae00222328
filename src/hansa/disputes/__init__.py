"""Disputes: a case about a decision, from filing to a remedy that is final, decided by somebody without interest in it.

Words: *case* (about one decision, its *subject* known by type and id), *side* (claimant, respondent), *evidence*,
*rest* (a side has shown all it has), *adjudicator*, *remedy* (proposed, then final), *acceptance*, *appeal* (once), *precedent*
(a final case without names).
The module that decided opens the case with frozen facts and carries the remedy out when `disputes.case.final` is announced.
"""
