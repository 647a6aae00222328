"""Settings of the tests: the owner's role makes the database, then `conftest` hands it to the app's role."""

import os
import tempfile
from pathlib import Path

TEST_HOME = os.environ.get("HANSA_TEST_HOME") or str(Path(tempfile.gettempdir()) / f"hansa-test-{os.getuid()}")
os.environ["HANSA_HOME"] = TEST_HOME
os.environ["HANSA_DB_ROLE"] = "owner"

from hansa.site.settings import *
from hansa.site.settings import DATABASES

DATABASES["default"]["OPTIONS"] = {}
DATABASES["default"]["TEST"] = {"NAME": "test_hansa", "TEMPLATE": "hansa", "MIGRATE": False}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAIL_DOMAIN = "post.hansa.example"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": Path(TEST_HOME) / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
