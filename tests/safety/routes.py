"""Every address of the product, found by walking: screens in the URL configuration, operations in the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PARAMETER = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")
API = "api/v1/"


@dataclass(frozen=True, slots=True)
class Route:
    """One address: the name of its line in the policy, its pattern, and the methods that the OpenAPI document names."""

    name: str
    pattern: str
    methods: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of what stands in the path, in order."""
        return tuple(PARAMETER.findall(self.pattern))

    def path(self, values: dict[str, str]) -> str:
        """The address with its parameters filled in."""
        return "/" + PARAMETER.sub(lambda found: values[found.group(1)], self.pattern).lstrip("/")

    @property
    def is_api(self) -> bool:
        """Whether programs call it."""
        return self.pattern.startswith(API)


def screens() -> list[Route]:
    """Every URL pattern outside the API's operations."""
    from django.urls import get_resolver

    return [route for route in _walk(get_resolver().url_patterns) if not route.pattern.startswith(API)]


def operations() -> list[Route]:
    """Every operation of the OpenAPI document."""
    from hansa.site.api import api

    document: dict[str, Any] = api.get_openapi_schema()
    return [
        Route(operation["operationId"], path.lstrip("/"), (method.upper(),))
        for path, each in document["paths"].items()
        for method, operation in each.items()
    ]


def api_patterns() -> list[Route]:
    """The URL patterns below the API: each must be an operation of the document, or a line of its own."""
    from django.urls import get_resolver

    return [route for route in _walk(get_resolver().url_patterns) if route.pattern.startswith(API)]


def shape(pattern: str) -> str:
    """A pattern without the names and converters of its parameters.

    >>> shape("people/<uuid:affiliation_id>/end"), shape("people/{id}/end")
    ('people/*/end', 'people/*/end')
    """
    return PARAMETER.sub("*", pattern)


def _walk(patterns: Iterable[Any], before: str = "", names: tuple[str, ...] = ()) -> Iterator[Route]:
    from django.urls import URLResolver

    for each in patterns:
        text = before + _plain(str(each.pattern))
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, text, (*names, *([each.namespace] if each.namespace else [])))
        else:
            yield Route(":".join([*names, each.name or text]), text)


def _plain(pattern: str) -> str:
    """A regular expression's groups as parameters."""
    plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", pattern)
    return plain.replace("^", "").replace("$", "").replace("\\", "")
