"""The project's settings. What differs between installations comes from the environment (``environment.py``)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog

from billing_site import postgres
from billing_site.console.theme import UNFOLD as UNFOLD
from billing_site.environment import PROJECT, kept_secret_key, read_environment
from billing_site.front.request import MAX_BODY_BYTES

ENVIRONMENT = read_environment()
BASE_DIR = PROJECT
BILLING_HOME: Path = ENVIRONMENT.home

SECRET_KEY = ENVIRONMENT.secret_key or kept_secret_key(BILLING_HOME)
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
PUBLIC_URL = ENVIRONMENT.public_url
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "billing_site.urls"
WSGI_APPLICATION = "billing_site.wsgi.application"

INSTALLED_APPS = [
    "billing_site",
    "customers",
    "usage",
    "plans",
    "invoices",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "billing_site.console.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_q",
    "pgtrigger",
    "pghistory",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database and cache ---


def database_settings() -> dict[str, Any]:
    """One connection a thread, kept and checked. No pool: its threads do not survive the fork of the task cluster."""
    kept = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    if ENVIRONMENT.database_url is not None:
        return {**ENVIRONMENT.database_url, **kept}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": str(postgres.Layout.of(BILLING_HOME).sockets),
        "PORT": postgres.PORT,
        "NAME": postgres.DATABASE,
        "USER": postgres.USER,
        **kept,
    }


DATABASES = {"default": database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Web server and worker read each other's entries (heartbeat, cluster status), so the cache is in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "billing_site_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# --- REST API: classes of billing_site.kernel.api are named here ---

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["customers.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["billing_site.kernel.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "billing_site.kernel.api.parsing.AlwaysJSON",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "billing_site.kernel.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "billing_site.kernel.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
}

# What the web server takes at most; a batch of 1,000 events is often larger than Django's own limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Meterbook API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # One field name, several sets of values: of an invoice, a payment or a request, and of a fee.
    "ENUM_NAME_OVERRIDES": {
        "PaymentStatusEnum": ["pending", "succeeded", "failed"],
        "FeePaymentStatusEnum": ["pending", "succeeded", "failed", "refunded"],
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Background work (reference: packages, 1: every default changed here is a trap) ---

# An endpoint is an address that a user chose: it must not lead into the network that this server stands in.
STRIPE_API_URL = ENVIRONMENT.stripe_api_url
WEBHOOKS_TO_PRIVATE_ADDRESSES = ENVIRONMENT.webhooks_to_private_addresses

WORKERS = 2
TASK_SECONDS = 240  # the longest that a task may take
Q_CLUSTER: dict[str, Any] = {
    "name": "meterbook",
    "orm": "default",  # the same alias as the schedules and the domain: enqueueing joins the caller's transaction
    "workers": WORKERS,
    "timeout": TASK_SECONDS,
    # Counted from the moment the task is fetched, so it covers the longest task and the wait in the queue.
    "retry": 3 * TASK_SECONDS,
    "queue_limit": WORKERS,
    "bulk": 1,
    "poll": 1,
    "max_attempts": 3,
    "save_limit": 0,  # keep all, the clean-up deletes: a limit here loads every stored task at each finished one
    "catch_up": False,
    "guard_cycle": 1,
    "label": "Background tasks",
    "log_level": ENVIRONMENT.log_level,
}

# --- People: log-in, lock-out, second factor ---

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
OTP_TOTP_ISSUER = "Meterbook"

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "SAMEORIGIN"

# --- Language, time, files, mail ---

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
MEDIA_ROOT = BILLING_HOME / "media"
# Files are served out of the packages they come in: no collected copy that could be stale.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

EMAIL_CONFIG = ENVIRONMENT.email
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
DEFAULT_FROM_EMAIL = EMAIL_CONFIG.get("DEFAULT_FROM_EMAIL") or f"billing@{urlsplit(PUBLIC_URL).hostname}"
EMAIL_HOST = EMAIL_CONFIG["EMAIL_HOST"]
EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL_CONFIG["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL_CONFIG["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL_CONFIG["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = EMAIL_CONFIG["EMAIL_FILE_PATH"]

# --- Logging: structured lines on stderr ---

SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[*SHARED_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"], drop_missing=True),
            ],
            "foreign_pre_chain": SHARED_PROCESSORS,
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level},
    "loggers": {
        "django": {"handlers": [], "level": ENVIRONMENT.log_level, "propagate": True},
        "django-q": {"handlers": [], "level": ENVIRONMENT.log_level, "propagate": True},
        # Every refused API call would be a warning here.
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}
