from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from hansa.kit.ids import uuid_key


class PersonManager(BaseUserManager["Person"]):
    """Makes persons with a normalised e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A person who can sign in with `password`; without one only by link, passkey or single sign-on."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, email: str | None) -> Person:
        """The person of an e-mail address in any spelling of case."""
        return self.get(email__iexact=email or "")


class Person(AbstractBaseUser):
    """A human with a login. Sign-in reads it before any scope exists, so it is not scoped: others use queries."""

    id = uuid_key()
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    locale = models.CharField(max_length=10, default="en")
    theme = models.CharField(
        max_length=5, default="", blank=True, choices=[("", "As the system"), ("light", "Light"), ("dark", "Dark")]
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="people_person_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name as shown."""
        return self.name
