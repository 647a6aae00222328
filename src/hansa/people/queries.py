from __future__ import annotations

from django.db.models import Q

from hansa.people.models import Person


def person_by_email(email: str) -> Person | None:
    """The person who has confirmed an e-mail address, in any spelling of case."""
    email = email.strip()
    confirmed = Q(emailaddress__email__iexact=email, emailaddress__verified=True)
    return Person.objects.filter(Q(email__iexact=email) | confirmed).distinct().first()
