#!/usr/bin/env python
"""Runs a command of the project, with the embedded database up where the command needs one."""

import os
import sys

# ``database`` and ``start`` see to it themselves.
COMMANDS_WITHOUT_DATABASE = frozenset(
    ("check", "collectstatic", "compilemessages", "database", "help", "makemessages", "start", "version")
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        if needs_database(sys.argv[1:]):
            start_embedded_database()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong_setting:
        sys.exit(f"Cannot start: {wrong_setting}")


def needs_database(arguments: list[str]) -> bool:
    if not arguments or {"--help", "-h", "--version"} & set(arguments):
        return False
    return arguments[0] not in COMMANDS_WITHOUT_DATABASE


def start_embedded_database() -> None:
    from django.conf import settings

    from billing_site.postgres import EmbeddedPostgres, PostgresError

    if settings.ENVIRONMENT.database_url is not None:
        return
    try:
        EmbeddedPostgres.at(settings.BILLING_HOME).start()
    except PostgresError as failure:
        sys.exit(f"The embedded database did not start: {failure}")


if __name__ == "__main__":
    main()
