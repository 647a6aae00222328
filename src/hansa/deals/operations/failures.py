"""What could not be done to a registration."""

from __future__ import annotations

from hansa.kit.failures import NotPossibleNow, Unprocessable


class RegistrationRefused(Unprocessable):
    """The program's rules do not let this be registered; the detail says everything that is missing."""

    title = "This cannot be registered"


class AlreadyRegistered(NotPossibleNow):
    """The organization has registered this project itself."""

    title = "You have registered this project already"


class StepRefused(NotPossibleNow):
    """The registration's state does not allow this step; the detail says what is possible."""

    title = "The registration cannot take this step"


class RulesNotAccepted(NotPossibleNow):
    """Whoever submits has not accepted the rules of engagement in force; the detail says what to do."""

    title = "The rules of engagement are not accepted yet"


class NoMailTaken(NotPossibleNow):
    """This installation takes no mail, so that nobody can be invited to register by it."""

    title = "No mail is taken here"
