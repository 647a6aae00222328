from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import Q

from hansa.people.models import Person


def person_by_email(email: str) -> Person | None:
    """The person who has confirmed an e-mail address, in any spelling of case."""
    email = email.strip()
    confirmed = Q(emailaddress__email__iexact=email, emailaddress__verified=True)
    return Person.objects.filter(Q(email__iexact=email) | confirmed).distinct().first()


def confirmed_address_of(person: Person) -> str:
    """The e-mail address of a person with a login, if it is confirmed to be theirs; empty otherwise."""
    rows = EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True)
    return person.email if person.is_active and rows.exists() else ""
