"""What goes wrong with the embedded server, as a sentence for the person at the terminal."""


class PostgresError(Exception):
    """The embedded server cannot be started or stopped; the message says why and what to do."""
