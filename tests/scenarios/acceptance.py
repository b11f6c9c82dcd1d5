"""Plays the acceptance scenarios of the families built so far; fails when one that is known to pass does not.

``python -m tests.scenarios.acceptance RUN.PY [--update]``: ``--update`` adds what passes now to ``passing.txt``.
"""

import json
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path

from billing_site.environment import PROJECT

FAMILIES = (
    "billing-terminate-*",
    "billing-lifetime-*",
    "billing-progressive-*",
    "billing-alerts-*",
    "billing-days-*",
    "billing-delete-*",
    "billing-boundaries-*",
    "billing-commitment-*",
    "billing-coupon-*",
    "billing-coupons-*",
    "billing-current-*",
    "billing-downgrade-*",
    "billing-ending-*",
    "billing-grace-*",
    "billing-grouping-*",
    "billing-issuing-*",
    "billing-numbering-*",
    "billing-one-off-*",
    "billing-overdue-*",
    "billing-partner-*",
    "billing-payment-*",
    "billing-preview-*",
    "billing-tax-*",
    "billing-taxes-*",
    "billing-timezone-*",
    "billing-credit-*",
    "billing-terminat*",
    "billing-trial-*",
    "billing-two-*",
    "billing-upgrade-*",
    "billing-void-*",
    "billing-wallet-*",
    "billing-wallets-*",
    "rating-*",
)
PASSING = Path(__file__).with_name("passing.txt")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("runner", type=Path)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    problems = play(options.runner.resolve())
    if options.update:
        remember(name for name, problem in problems.items() if problem is None)
    sys.exit(verdict(problems))


def play(runner: Path) -> dict[str, str | None]:
    """What is wrong with each scenario; None for those that pass."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        chosen = [argument for family in FAMILIES for argument in ("--only", family)]
        subprocess.run([sys.executable, str(runner), *chosen, "--json", str(result)], cwd=PROJECT, check=False)
        if not result.exists():
            sys.exit("The acceptance runner did not finish; the reason is above.")
        answer: dict[str, str | None] = json.loads(result.read_text())
    return answer


def known_to_pass() -> set[str]:
    return set(PASSING.read_text().split())


def remember(names: Iterable[str]) -> None:
    PASSING.write_text("".join(f"{name}\n" for name in sorted(known_to_pass() | set(names))))


def verdict(problems: dict[str, str | None]) -> str | int:
    lost = sorted(name for name in known_to_pass() & problems.keys() if problems[name] is not None)
    return f"These scenarios passed before: {', '.join(lost)}" if lost else 0


if __name__ == "__main__":
    main()
