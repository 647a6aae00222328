"""The one normalisation by which names and codes are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa

# Format characters (zero width, direction, soft hyphen) are invisible: they must not make two names differ.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_PUNCTUATION = re.compile(r"(?:[^\w&+#%@]|_)+")
_PLAIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")


@lru_cache(maxsize=50_000)
def normalise(text: str) -> str:
    """Fold a name for look-up: NFKC, case folded, nothing invisible, punctuation and white space as one space.

    Letters of other alphabets stay what they are: a look-alike is another name.

    >>> normalise("  A.C.M.E.\\u200b  Bikes,   GmbH ")
    'a c m e bikes gmbh'
    """
    if _PLAIN.fullmatch(text):
        return text
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", folded))
    return _PUNCTUATION.sub(" ", folded).strip()


def normalise_all(texts: Sequence[str]) -> Any:
    """`normalise` over a column: an Arrow string array of the same length. The SQL side joins on it."""
    return pa.array([normalise(text) for text in texts], type=pa.string())


def aliases(rows: Iterable[tuple[str, str, str]]) -> Any:
    """A look-up table (alias_kind, text, text_normalised, id) from (kind, text, id); kinds: "id", "alias", "name".

    Where one text fits several, the text as written wins, then ids over aliases and aliases over names.

    >>> aliases([("name", "Bike World Ltd.", "P7")]).to_pylist()
    [{'alias_kind': 'name', 'text': 'Bike World Ltd.', 'text_normalised': 'bike world ltd', 'id': 'P7'}]
    """
    listed = list(rows)
    return pa.table(
        {
            "alias_kind": pa.array([kind for kind, _, _ in listed], type=pa.string()),
            "text": pa.array([text for _, text, _ in listed], type=pa.string()),
            "text_normalised": normalise_all([text for _, text, _ in listed]),
            "id": pa.array([identity for _, _, identity in listed], type=pa.string()),
        }
    )
