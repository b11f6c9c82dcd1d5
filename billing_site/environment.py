"""The environment variables of CONTRACT.md, read once and typed. A wrong value stops the start."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError, ValidationError, validate

PROJECT = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True)
class Environment:
    database_url: dict[str, Any] | None
    home: Path
    secret_key: str | None
    debug: bool
    allowed_hosts: list[str]
    public_url: str
    port: int
    email: Mapping[str, Any]  # Django's EMAIL_* settings
    log_level: str
    webhooks_to_private_addresses: bool
    stripe_api_url: str  # empty: Stripe itself


def read_environment() -> Environment:
    env = Env()
    try:
        port = env.int("PORT", 8000, validate=validate.Range(1, 65535))
        return Environment(
            database_url=database_url(env),
            home=home_folder(env),
            secret_key=env.str("SECRET_KEY", "") or None,
            debug=env.bool("DEBUG", False),
            allowed_hosts=env.list("ALLOWED_HOSTS", ["*"]),
            public_url=env.str("PUBLIC_URL", f"http://127.0.0.1:{port}", validate=web_address).rstrip("/"),
            port=port,
            email=email_settings(env),
            log_level=env.str("BILLING_LOG_LEVEL", "INFO", validate=known_level).upper(),
            stripe_api_url=env.str("STRIPE_API_URL", ""),
            webhooks_to_private_addresses=env.bool("WEBHOOKS_TO_PRIVATE_ADDRESSES", False),
        )
    except EnvError as wrong:
        raise ImproperlyConfigured(str(wrong)) from wrong


def home_folder(env: Env) -> Path:
    home = Path(env.str("BILLING_HOME", "") or PROJECT / "var").expanduser().resolve()
    existing = next(folder for folder in (home, *home.parents) if os.path.exists(folder))  # noqa: PTH110  # never raises
    if not existing.is_dir() or not os.access(existing, os.R_OK | os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"BILLING_HOME must be a folder that this account may write to, unlike {existing}.")
    return home


def database_url(env: Env) -> dict[str, Any] | None:
    if not env.str("DATABASE_URL", ""):
        return None
    settings: dict[str, Any] = dict(env.dj_db_url("DATABASE_URL"))
    if settings["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            "DATABASE_URL must name a PostgreSQL server: postgres://user:password@host:5432/name"
        )
    return settings


def email_settings(env: Env) -> dict[str, Any]:
    settings: dict[str, Any] = {**env.dj_email_url("EMAIL_URL", "console:")}
    if "EMAIL_BACKEND" not in settings:
        raise ImproperlyConfigured("EMAIL_URL must begin with smtp:, smtps:, submission:, file:, console: or dummy:.")
    return settings


def web_address(value: str) -> None:
    if not value.startswith(("http://", "https://")):
        raise ValidationError("Must start with http:// or https://.")


def known_level(value: str) -> None:
    if value.upper() not in LOG_LEVELS:
        raise ValidationError(f"Must be one of {', '.join(LOG_LEVELS)}.")


def kept_secret_key(home: Path) -> str:
    """The key that was generated at the first start and is readable for its owner only."""
    file = home / "secret_key"
    try:
        return file.read_text()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"secret_key.{secrets.token_hex(4)}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(secrets.token_urlsafe(50))
    with contextlib.suppress(FileExistsError):
        file.hardlink_to(unfinished)  # unlike a rename it fails when another process was first
    unfinished.unlink()
    return file.read_text()
