"""Makes the generated pages: `cli.md` from the commands, `keys.md` from the app's commands.

python -m docs.make            writes them
python -m docs.make --check    exits 1 where one is not up to date
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent


def cli() -> str:
    """Every command of the command line."""
    from keydeck.cli.manual import markdown

    return markdown()


PAGES: Mapping[str, Callable[[], str]] = {"cli.md": cli}


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` only compare; the exit code."""
    old = []
    for name, make in PAGES.items():
        path, text = FOLDER / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        old.append(name)
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    if old and "--check" in arguments:
        print(f"Not up to date: {', '.join(old)}. make docs writes them anew.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
