from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from hansa.activity.operations import record
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, current_scope
from hansa.people.models import Person
from hansa.people.queries import person_by_email
from hansa.people.rules import problems_of_profile


@transaction.atomic
def open_account(*, email: str, name: str, password: str) -> Person:
    """Make a person who can sign in, with a confirmed e-mail address.

    Part of the operation that calls it, which has seen the address confirmed and records the event. Raises
    Unprocessable for a weak password or an empty name, NotPossibleNow where the address has an account.
    """
    email = checked_email(email)
    if person_by_email(email) is not None:
        raise NotPossibleNow("This e-mail address has an account already.")
    person = Person(email=email, name=name.strip())
    problems = [*problems_of_profile(name=name.strip()), *_problems_of_password(password, person)]
    if problems:
        raise Unprocessable("The account cannot be made like this.", problems=problems)
    person.set_password(password)
    person.save(force_insert=True)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


@transaction.atomic
def set_profile(*, at: datetime, name: str, locale: str, theme: str) -> Person:
    """Change how the acting person is addressed: name, language (one that the installation has), light or dark."""
    person_id = current_scope().person_id
    person = Person.objects.select_for_update().filter(pk=person_id).first() if person_id else None
    if person is None:
        raise NotFound()
    wanted = {"name": name.strip(), "locale": locale, "theme": theme}
    problems = problems_of_profile(**wanted, locales=[code for code, _ in settings.LANGUAGES])
    if problems:
        raise Unprocessable("The profile cannot be kept like this.", problems=problems)
    changed = {field: value for field, value in wanted.items() if getattr(person, field) != value}
    if not changed:
        return person
    for field, value in changed.items():
        setattr(person, field, value)
    person.save(update_fields=list(changed))
    # A profile belongs to no organization, and its owner may act for none: the log takes the event from the platform.
    with acting(replace(current_scope(), system="a person's own profile")):
        record("people.profile.set", subject=person, at=at, facts={"changed": sorted(changed)}, text=changed)
    return person


def checked_email(email: str) -> str:
    """An e-mail address in lower case; Unprocessable when it is none."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        expected = "an e-mail address such as name@example.com"
        raise Unprocessable("This is no e-mail address.", problems=[Problem("", 0, "email", expected)]) from error
    return email


def _problems_of_password(password: str, person: Person) -> list[Problem]:
    try:
        validate_password(password, person)
    except ValidationError as error:
        return [Problem("", 0, "password", f"a password that is hard to guess. {' '.join(error.messages)}")]
    return []
