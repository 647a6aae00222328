"""Every kind of event as a sentence: a table from kind to template, filled with the event's facts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "catalog.prices.taken": _("A price list of {prices} prices in {currency} was taken, valid from {from}"),
        "catalog.products.taken": _("{rows} products were taken, {new} of them new"),
        "incentives.run.committed": _("The settlement of {period} was committed: {statements} statements issued"),
        "incentives.run.previewed": _("The settlement of {period} was previewed"),
        "incentives.run.requested": _("A settlement of {period} under version {version} was asked for"),
        "incentives.run.stopped": _("The settlement of {period} stopped: {problems} problems to solve first"),
        "incentives.statement.issued": _("A statement for {period} was issued to {payee}, edition {edition}"),
        "ledger.journal.posted": _("A journal of {transactions} transactions was posted"),
        "ledger.period.closed": _("The ledger period from {starts_on} was sealed"),
        "ledger.period.closing": _("The ledger period from {starts_on} was closed to postings"),
        "ledger.rate.entered": _("The {currency} rate of {on} was set to {rate}"),
        "ledger.rates.imported": _("Exchange rates were imported from the {source}: {new} new"),
        "networks.membership.applied": _("A company applied to join under number {number}"),
        "networks.membership.invited": _("A company was invited to join under number {number}"),
        "networks.membership.moved": _("A membership went from {from} to {to}"),
        "networks.network.edited": _("The network's record was edited"),
        "networks.network.founded": _("The network was founded"),
        "networks.roster.taken": _("A list of {members} members was taken"),
        "networks.standing.set": _("A member was placed: tier {tier}, territory {territory}"),
        "networks.steward.elected": _("A steward was elected"),
        "organizations.affiliation.ended": _("A person's access was ended"),
        "organizations.affiliation.made": _("A person joined the organization"),
        "organizations.affiliation.resumed": _("A person's access was resumed"),
        "organizations.affiliation.roles_set": _("A person's roles were set to {roles}"),
        "organizations.affiliation.suspended": _("A person's access was suspended"),
        "organizations.invitation.accepted": _("An invitation was accepted"),
        "organizations.invitation.sent": _("A person was invited as {roles}"),
        "organizations.invitation.withdrawn": _("An invitation was withdrawn"),
        "organizations.organization.created": _("An organization was recorded"),
        "organizations.organization.edited": _("An organization's record was changed: {changed}"),
        "organizations.organization.founded": _("An organization was founded"),
        "organizations.organization.identified": _("An organization's identifiers were changed"),
        "organizations.token.made": _("An API token was made that begins with {prefix}"),
        "organizations.token.revoked": _("The API token that begins with {prefix} was revoked"),
        "people.profile.set": _("A person changed the own profile"),
        "programs.draft.saved": _("The program's draft was saved, revision {revision}"),
        "programs.program.created": _("The program {name} was begun"),
        "programs.version.published": _("Program version {label} was published"),
        "sales.name.matched": _("The name “{text}” of a report was matched with {target}"),
        "sales.report.asked": _("A sales report was read; {questions} questions about its columns are open"),
        "sales.report.mapped": _("The columns of a sales report were mapped"),
        "sales.report.received": _("A sales report for {month} was received"),
        "sales.report.refused": _("A sales report was refused for {problems} problems"),
        "sales.report.taken": _("A sales report was taken: {lines} lines"),
        "sales.rows.discarded": _("{rows} rows of a sales report were discarded: {reason}"),
        "sales.rows.repaired": _("{taken} rows of a sales report were repaired, {waiting} wait"),
    }
)


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"


def in_words(kind: str, facts: Mapping[str, object]) -> str:
    """An event as a sentence; a kind that the table does not know (of an older release) is shown by its name.

    >>> in_words("made.up.kind", {})
    'made.up.kind'
    """
    template = SENTENCES.get(kind)
    return kind if template is None else str(template).format_map(_Facts({k: _plain(v) for k, v in facts.items()}))


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value) or "–"
    return str(value) if value not in ("", None) else "–"
