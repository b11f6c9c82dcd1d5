"""What each kind of work costs as data grows tenfold and a hundredfold.

    python -m tests.benchmarks.scale [--quick]

Of each kind the same small amount is done on tables of three sizes; the cost is processor time, which says the same on
a busy machine: milliseconds of Python and of PostgreSQL for one event, call, invoice, document or page. What does not
depend on what is already there stays at 1 in the plot (``docs/scale.svg``), what grows with it rises.
"""

import argparse
import os
from typing import NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
os.environ.setdefault("BILLING_LOG_LEVEL", "WARNING")
django.setup()

from django.test.utils import override_settings  # noqa: E402

from billing_site.environment import PROJECT  # noqa: E402
from tests.benchmarks.database import database, emptied  # noqa: E402
from tests.benchmarks.plot import Line, plot  # noqa: E402
from tests.benchmarks.processor import Spent  # noqa: E402
from tests.benchmarks.scale_parts import PARTS, Part  # noqa: E402

GROWTH = (1, 10, 100)
PLOT = PROJECT / "docs" / "scale.svg"


class Growth(NamedTuple):
    part: Part
    sizes: list[int]
    spent: list[Spent]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small tables and no plot: shows that it works")
    quick = parser.parse_args().quick
    print(f"{'work':<30}{'what there is':>28}{'Python ms':>12}{'SQL ms':>10}{'times':>8}", flush=True)
    with database(), override_settings(ALLOWED_HOSTS=["*"]):
        grown = [growth(part, quick=quick) for part in PARTS]
    if not quick:
        PLOT.write_text(plot("Cost of one piece of work as data grows", GROWTH, [line(each) for each in grown]))
        print(f"plotted in {PLOT.relative_to(PROJECT)}")


def growth(part: Part, *, quick: bool) -> Growth:
    sizes = [(part.quick if quick else part.smallest) * times for times in GROWTH]
    spent: list[Spent] = []
    for size in sizes:
        emptied()
        spent.append(part.spent(size, 1 if quick else part.times))
        show(part, size, spent)
    return Growth(part, sizes, spent)


def show(part: Part, size: int, spent: list[Spent]) -> None:
    python, sql = spent[-1]
    times = spent[-1].milliseconds / spent[0].milliseconds
    there = f"{size:,} {part.there}"
    print(f"{part.work:<30}{there:>28}{python:>12.3f}{sql:>10.3f}{times:>8.2f}", flush=True)


def line(growth: Growth) -> Line:
    first = growth.spent[0].milliseconds
    name = f"{growth.part.work}: {growth.sizes[0]:,} to {growth.sizes[-1]:,} {growth.part.there}"
    return Line(name, [each.milliseconds / first for each in growth.spent])


if __name__ == "__main__":
    main()
