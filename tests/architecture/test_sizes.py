"""Small modules and functions (STYLE 13): about 100 and 8 lines, rarely over 300 and 30."""

import ast
from collections.abc import Iterator
from pathlib import Path

from billing_site.environment import PROJECT

PACKAGES = ("billing_site", "customers", "usage", "plans", "invoices")
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (PROJECT / package).rglob("*.py") if "migrations" not in path.parts)


def long_functions(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{module.relative_to(PROJECT)}:{node.lineno} {node.name} has {lines} lines"


def test_no_module_is_too_long() -> None:
    lengths = {str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_too_long() -> None:
    assert [found for module in modules() for found in long_functions(module)] == []
