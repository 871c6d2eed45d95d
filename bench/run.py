"""`make bench`: every figure, as a table. `python -m bench.run startup vault` for some."""

from __future__ import annotations

import sys
from importlib import import_module

from bench.measure import Figure, table

FILES = ("startup", "paint", "lists", "vault", "sync")


def main(wanted: list[str]) -> int:
    """Measure and print; 1 where a goal is missed."""
    figures: list[Figure] = []
    for name in wanted or FILES:
        print(f"{name} …", file=sys.stderr, flush=True)
        figures.extend(import_module(f"bench.{name}").figures())
    print(table(figures))
    return 1 if any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
