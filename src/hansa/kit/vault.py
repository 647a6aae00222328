"""Secrets at rest: encrypted under the installation's master key (AES-256-GCM, a fresh nonce each time)."""

from __future__ import annotations

import hashlib
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hansa.kit import config


def encrypt(plain: bytes) -> bytes:
    """Nonce and ciphertext."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_key()).encrypt(nonce, plain, None)


def decrypt(sealed: bytes) -> bytes:
    """The plain bytes; raises InvalidTag when the master key or the bytes are others."""
    return AESGCM(_key()).decrypt(sealed[:12], sealed[12:], None)


def _key() -> bytes:
    return hashlib.sha256(b"hansa vault:" + config.secret("HANSA_MASTER_KEY", "master_key").encode()).digest()
