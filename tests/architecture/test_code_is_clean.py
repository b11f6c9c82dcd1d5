import pytest

from tests.architecture.tools import output_of

CHECKS = [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy", ".")]


@pytest.mark.parametrize("command", CHECKS, ids=" ".join)
def test_the_code_is_clean(command: tuple[str, ...]) -> None:
    code, output = output_of(*command)
    assert code == 0, output
