from __future__ import annotations

from django.db import models
from django.db.models import Q

from hansa.kit.ids import uuid_key
from hansa.kit.scope import Scope, Scoped


class KeptAnswer(Scoped):
    """The answer once given to an `Idempotency-Key`, kept so that a repetition gets the same one."""

    id = uuid_key()
    organization_id = models.UUIDField()
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64)
    status = models.IntegerField()
    content_type = models.CharField(max_length=100)
    body = models.BinaryField()
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["organization_id", "key"], name="kit_keptanswer_once")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The organization that asked."""
        return Q(organization_id=scope.organization_id) if scope.organization_id else Q(pk=None)
