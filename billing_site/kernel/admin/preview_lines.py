"""What a question shows of the consequences of its command, while one answers it."""

from typing import NamedTuple


class PreviewLine(NamedTuple):
    """``is_total``: a line that others explain."""

    text: str
    amount: str = ""
    is_total: bool = False
