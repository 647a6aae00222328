"""Settings of an installation; what differs from one to another comes from the environment through `kit.config`."""

from __future__ import annotations

import os
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from hansa.kit import config

HOME = config.home()
DEBUG = config.read("HANSA_DEBUG") == "1"
SECRET_KEY = config.secret("HANSA_SECRET_KEY", "secret_key")
ALLOWED_HOSTS = [host.strip() for host in config.read("HANSA_HOSTS").split(",")]
BASE_URL = config.read("HANSA_BASE_URL")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE = config.read("HANSA_SECURE") == "1"

INSTALLED_APPS = [
    "hansa.people",  # before allauth: its pages take our look
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_cotton",
    "django_countries",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
    "hansa.ui",
    "django.forms",
    "hansa.kit",
    "hansa.activity",
    "hansa.companies",
    "hansa.organizations",
    "hansa.networks",
    "hansa.ledger",
    "hansa.catalog",
    "hansa.programs",
    "hansa.disputes",
    "hansa.customers",
    "hansa.deals",
    "hansa.sales",
    "hansa.incentives",
    "hansa.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "hansa.site.middleware.hygiene",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hansa.site.middleware.acting_for_request",
]

ROOT_URLCONF = "hansa.site.urls"
FORM_RENDERER = "hansa.ui.forms.Renderer"
WSGI_APPLICATION = "hansa.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hansa.site.context.frame",
            ],
        },
    }
]

DATABASES = {"default": {**config.database(), "CONN_MAX_AGE": 0, "ATOMIC_REQUESTS": False}}
if os.environ.get("HANSA_SERVING"):  # set by `hansa serve`: workers and commands hold one connection each
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"]["OPTIONS"],  # type: ignore[dict-item]
        "pool": {"min_size": 1, "max_size": 6, "timeout": 10},
        "options": "-c statement_timeout=30000",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"}}

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "hansa.people.adapter.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = int(config.read("HANSA_PROXIES") or 0)
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key,30/15m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
SOCIALACCOUNT_ADAPTER = "hansa.people.adapter.InvitedOnly"
SOCIALACCOUNT_PROVIDERS: dict[str, object] = {}
if config.read("HANSA_OIDC_ISSUER"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": "Single sign-on",
                "client_id": config.read("HANSA_OIDC_CLIENT_ID"),
                "secret": config.read("HANSA_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": config.read("HANSA_OIDC_ISSUER")},
            }
        ],
    }

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "English (German formats)")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "hansa.site.formats"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
FILES_ROOT = HOME / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_ROOT}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("gif", "jpg", "png", "webp", "woff", "woff2", "map", "gz", "br")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_LIMIT = 512 * 1024 * 1024

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_issuer = urlsplit(config.read("HANSA_OIDC_ISSUER"))
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *([f"{_issuer.scheme}://{_issuer.netloc}"] if _issuer.netloc else [])],
        "frame-ancestors": [NONE],
    }
}

MAIL_DOMAIN = config.read("HANSA_MAIL_DOMAIN").strip().lower()
MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_mail = urlsplit(config.read("HANSA_EMAIL_URL"))
DEFAULT_FROM_EMAIL = config.read("HANSA_MAIL_FROM")
SERVER_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]
if _mail.scheme in MAIL_PORTS:
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or MAIL_PORTS[_mail.scheme]
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = _mail.scheme == "smtp+starttls"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME / "mail"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "hansa.site.logs.OneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "procrastinate": {"level": "WARNING"}},
}
