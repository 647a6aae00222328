from hansa.deals.models.check import Match, Waiting
from hansa.deals.models.contest import Contest
from hansa.deals.models.decision import Decision, Extension
from hansa.deals.models.registration import Project, Registration, Version

__all__ = ["Contest", "Decision", "Extension", "Match", "Project", "Registration", "Version", "Waiting"]
