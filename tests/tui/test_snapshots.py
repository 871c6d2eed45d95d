"""What the app draws: one picture a scene, compared whole.

`pytest tests/tui/test_snapshots.py --snapshot-update` takes the present pictures over; the
README's own pictures are made and checked by `screenshots/make.py`, from the same scenes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from support.scenes import SMALL, USUAL, WIDE, Scene, at, dialog, drawn, keys, world
from support.story import Story

SCENES = (
    Scene("main 120x32", keys("R"), WIDE),
    Scene("main 80x24", keys("R"), USUAL),
    Scene("main 60x20", keys("R"), SMALL),
    Scene("main light", keys("R"), theme="light"),
    Scene("main contrast", keys("R"), theme="contrast"),
    Scene("main ansi", keys("R"), theme="ansi"),
    Scene("main plain", keys("R"), plain=True),
    Scene("sync 80x24", keys("s")),
    Scene("sync 60x20", keys("s"), SMALL),
    Scene("delete", at("STRIPE_KEY", "d")),
    Scene("matrix", keys("m")),
    Scene("editor", keys("n"), place="acme/staging"),
    Scene("unlock", keys(), opened=False),
    Scene("help", keys("question_mark")),
    Scene("palette", dialog("colon")),
    Scene("look", keys("o"), place="acme/local"),
)


class Svg(SingleFileSnapshotExtension):
    """A file a scene, as text: a failure shows the lines that differ."""

    _file_extension = "svg"
    _write_mode = WriteMode.TEXT


@pytest.fixture(scope="module")
def told() -> Iterator[Story]:
    with world() as story:
        yield story


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name.replace(" ", "-"))
async def test_it_looks_as_it_did(scene: Scene, told: Story, snapshot: SnapshotAssertion) -> None:
    svg = await drawn(told, scene)
    assert svg == snapshot(extension_class=Svg)
