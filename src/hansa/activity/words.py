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
        "customers.account.ended": _("A named account was ended before {until}"),
        "customers.account.named": _("A customer was given to a holder from {from} on"),
        "customers.customer.added": _("A customer was added to the directory"),
        "customers.customer.corrected": _("Facts of a customer were corrected"),
        "customers.customer.merged": _("Customer {code} was merged into {into}"),
        "customers.customer.named": _("Another name of a customer was noted"),
        "customers.customer.placed": _("A customer's parent was set or taken away"),
        "customers.customers.taken": _("{rows} customers were taken at once"),
        "customers.list.mapped": _("The columns of an account list were mapped"),
        "customers.list.received": _("An account list was received"),
        "customers.list.refused": _("An account list could not be read to its end"),
        "customers.list.taken": _("An account list was taken: {added} added, {changed} changed, {refused} refused"),
        "deals.list.confirmed": _("The {rows} good rows of a file were given to be registered"),
        "deals.list.received": _("A file of {rows} registrations was received, {wrong} of them to be mended"),
        "deals.list.taken": _(
            "A file of registrations was taken: {registered} submitted, {drafted} kept as drafts, {refused} refused"
        ),
        "deals.mail.invited": _("Somebody was invited to register deals by mail until {until}"),
        "deals.mail.received": _("A mail to register a deal came in: {outcome}"),
        "deals.mail.revoked": _("An address to register deals by mail was ended"),
        "deals.match.answered": _("Whether two registrations mean one project was answered"),
        "deals.quota.used_up": _("A member has submitted as many registrations as it may on a day"),
        "deals.registration.amended": _("The registration was amended: {changed}"),
        "deals.registration.answered": _("The registration was answered: {review}"),
        "deals.registration.contested": _("Case {case} was opened about the registration"),
        "deals.registration.displaced": _("The final remedy of a case gave the protection to another claim"),
        "deals.registration.drafted": _("A registration was begun"),
        "deals.registration.edited": _("The registration was edited: {changed}"),
        "deals.registration.expired": _("The protection ended"),
        "deals.registration.extension_asked": _("A longer protection was asked for"),
        "deals.registration.lapsed": _("The registration was not decided in time: {outcome}"),
        "deals.registration.rejected": _("The registration was rejected"),
        "deals.registration.remedied": _("The remedy of case {case} was carried out: {effect}"),
        "deals.registration.reminded": _("The end of the protection was announced"),
        "deals.registration.ruled": _("The rules were applied: {outcome}"),
        "deals.registration.sent_back": _("The registration was sent back for changes"),
        "deals.registration.staged": _("The sale was moved to {stage}"),
        "deals.registration.submitted": _("The registration was submitted"),
        "deals.registration.unmended": _("What was missing was not sent in time: the registration ended"),
        "deals.registration.withdrawn": _("The registration was withdrawn"),
        "disputes.case.accepted": _("A side accepted the remedy"),
        "disputes.case.appealed": _("The remedy was appealed"),
        "disputes.case.assigned": _("Somebody was assigned to decide the case"),
        "disputes.case.escalated": _("The decision of the case was not there in time"),
        "disputes.case.evidence": _("Evidence was shown"),
        "disputes.case.evidence_closed": _("Evidence is complete"),
        "disputes.case.filed": _("The case was filed"),
        "disputes.case.final": _("The remedy is final"),
        "disputes.case.proposed": _("A remedy was proposed"),
        "disputes.case.rested": _("A side has shown everything"),
        "disputes.case.withdrawn": _("The case was withdrawn"),
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
        "programs.covenant.ruled": _(
            "The covenant of {territory} for {period} was ruled on: {outcome}, from {from} on"
        ),
        "programs.draft.saved": _("The program's draft was saved, revision {revision}"),
        "programs.program.created": _("The program {name} was begun"),
        "programs.rules.accepted": _("The rules of engagement of version {label} were accepted"),
        "programs.territory.ended": _("A holding of {territory} ends before {until}"),
        "programs.territory.flagged": _(
            "A notice for counsel on {territory} was confirmed: {holders} exclusive holders"
        ),
        "programs.territory.held": _("{territory} is held from {from} on"),
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


CODES = frozenset({"review", "stage", "outcome", "effect", "state"})
"""Facts whose values are names of states, written in capitals where they are stored."""


def in_words(kind: str, facts: Mapping[str, object]) -> str:
    """An event as a sentence; a kind that the table does not know (of an older release) is shown by its name.

    >>> in_words("made.up.kind", {})
    'made.up.kind'
    """
    template = SENTENCES.get(kind)
    return kind if template is None else str(template).format_map(_Facts({k: _plain(k, v) for k, v in facts.items()}))


def _plain(name: str, value: object) -> str:
    if name in CODES:
        return str(value).replace("_", " ").lower()
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value) or "–"
    return str(value) if value not in ("", None) else "–"
