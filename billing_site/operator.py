"""The first log-in to the console: made at the first start, its password kept in ``BILLING_HOME``."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import transaction

NAME = "operator"


@dataclass(frozen=True)
class LogIn:
    """``password`` is None once a person has changed it."""

    username: str
    password: str | None


@transaction.atomic
def ensure_operator(home: Path) -> LogIn:
    """Create the operator if there is no such user yet; the generated password stays readable in ``home``."""
    password = kept_password(home / "operator_password")
    users = get_user_model()._default_manager
    user, is_new = users.get_or_create(username=NAME, defaults={"is_staff": True, "is_superuser": True})
    if is_new:
        user.set_password(password)
        user.save(update_fields=["password"])
    return LogIn(NAME, password if user.check_password(password) else None)


def kept_password(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(12))
    return file.read_text()
