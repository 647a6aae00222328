from hansa.deals.models.check import Match, Waiting
from hansa.deals.models.contest import Contest
from hansa.deals.models.decision import Decision, Extension
from hansa.deals.models.listing import ListedRow, RegistrationList
from hansa.deals.models.mailing import MailInvitation, ReceivedMail
from hansa.deals.models.registration import Project, Registration, Version

__all__ = [
    "Contest",
    "Decision",
    "Extension",
    "ListedRow",
    "MailInvitation",
    "Match",
    "Project",
    "ReceivedMail",
    "Registration",
    "RegistrationList",
    "Version",
    "Waiting",
]
