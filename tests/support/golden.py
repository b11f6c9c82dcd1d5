"""Golden JSON: the exact form of every object on the wire. Ids are replaced, nothing else."""

import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "wire" / "golden"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def assert_golden(name: str, shown: Any) -> None:
    """``shown`` is what ``tests/wire/golden/<name>.json`` says, keys in this order. A new file fails once."""
    file = FOLDER / f"{name}.json"
    text = UUID.sub("<id>", json.dumps(shown, indent=2, ensure_ascii=False)) + "\n"
    if not file.exists():
        file.write_text(text)
        raise AssertionError(f"{file.name} is new: read it and run the test again")
    assert text == file.read_text()
