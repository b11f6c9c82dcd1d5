"""Whether to look for known events before writing, or to write and see."""


class Caution:
    """Advised for a while after duplicates were found: whoever sends one again mostly sends more of them.

    A look costs every event a little, a vain attempt costs the whole flush once more. One a process; threads may
    share it, since nothing but speed depends on it.
    """

    FLUSHES = 20

    def __init__(self) -> None:
        self._left = 0

    @property
    def is_advised(self) -> bool:
        return self._left > 0

    def learn(self, were_there_duplicates: bool) -> None:
        self._left = self.FLUSHES if were_there_duplicates else max(self._left - 1, 0)
