"""Makes the pictures of the README from the app itself, on the demo's world.

python -m screenshots.make            makes them anew
python -m screenshots.make --check    exits 1 where one is not up to date
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent / "tests"))

from support.scenes import Scene, at, dialog, drawn, keys, world  # noqa: E402

PICTURE = (100, 26)
SCENES = (
    Scene("look", keys("o"), PICTURE, place="acme/local"),
    Scene("import", keys("o", "j", "i"), PICTURE, place="acme/local"),
    Scene("main", keys("R"), PICTURE),
    Scene("editor", keys("n"), PICTURE, place="acme/staging"),
    Scene("sync", keys("s"), PICTURE),
    Scene("conflict", keys("s", "j", "j", "j"), PICTURE),
    Scene("delete", at("STRIPE_KEY", "d"), PICTURE),
    Scene("matrix", keys("m"), PICTURE),
    Scene("history", at("JWT_SECRET", "H"), PICTURE),
    Scene("palette", dialog("colon"), PICTURE),
    Scene("light", keys("R"), PICTURE, theme="light"),
    Scene("unlock", keys(), PICTURE, opened=False),
)


async def pictures() -> dict[str, str]:
    """Name to SVG, for every scene."""
    made: dict[str, str] = {}
    with world() as told:
        for scene in SCENES:
            made[f"{scene.name}.svg"] = await drawn(told, scene)
    return made


def main(arguments: list[str]) -> int:
    """Write the pictures, or with `--check` only compare; the exit code."""
    made = asyncio.run(pictures())
    old = []
    for name, svg in made.items():
        path = FOLDER / name
        if path.exists() and path.read_text(encoding="utf-8") == svg:
            continue
        old.append(name)
        if "--check" not in arguments:
            path.write_text(svg, encoding="utf-8")
    left = sorted(path.name for path in FOLDER.glob("*.svg") if path.name not in made)
    if "--check" in arguments and (old or left):
        print(f"Not up to date: {', '.join(old + left)}. make screenshots.", file=sys.stderr)
        return 1
    for name in left:
        (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
