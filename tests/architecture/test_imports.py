"""The import rule of DESIGN §2; its contracts are in ``pyproject.toml``."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_site.environment import PROJECT
from tests.architecture.tools import output_of

PURE_PACKAGES = ("usage/aggregation", "plans/rating", "plans/periods", "invoices/settlement")
CLOCKS = {"now", "utcnow", "today", "monotonic"}


def pure_modules() -> Iterator[Path]:
    for package in PURE_PACKAGES:
        yield from (PROJECT / package).rglob("*.py")


def test_imports_go_left_always() -> None:
    code, output = output_of("lint-imports")
    assert code == 0, output


@pytest.mark.parametrize("module", list(pure_modules()), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_pure_module_reads_no_clock_and_has_no_float_literal(module: Path) -> None:
    tree = ast.parse(module.read_text())
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & CLOCKS
    assert not any(isinstance(node, ast.Constant) and isinstance(node.value, float) for node in ast.walk(tree))
