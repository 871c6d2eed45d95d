"""The scenes that pictures and snapshots show: how each is reached, on the demo's world."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

from keydeck.domain.secret import SecretValue
from keydeck.services import access, places, rotation
from keydeck.services.demo import contents
from keydeck.services.demo.world import PRODUCTION
from keydeck.tui.app import KeydeckApp
from keydeck.tui.settings import Settings
from keydeck.tui.start import EarlyUnlock
from support.desk import Running
from support.story import SEED, Story, story

Play = Callable[[Running], Awaitable[None]]

# Between minutes, so that the header says the same however long a scene takes.
LOCK_AFTER = 14 * 60 + 30
SHOWN = "/tmp/keydeck-pictures"
WIDE, USUAL, SMALL = (120, 32), (80, 24), (60, 20)


class Scene(NamedTuple):
    """One scene: its name, how it is reached from the main screen of `place`, its looks.

    `opened` says whether the vault is open at the start; `changes` that it leaves the world
    another one, so that nobody may come after it.
    """

    name: str
    play: Play
    size: tuple[int, int] = USUAL
    theme: str = "dark"
    plain: bool = False
    place: str = PRODUCTION
    opened: bool = True
    changes: bool = False


def keys(*pressed: str) -> Play:
    """A scene that is reached by keys alone."""

    async def play(app: Running) -> None:
        for key in pressed:
            await app.press(key)

    return play


def at(name: str, *pressed: str) -> Play:
    """A secret found by the filter, then keys."""

    async def play(app: Running) -> None:
        await app.press("slash")
        await app.type(name)
        await app.press("enter")
        await keys(*pressed)(app)

    return play


def dialog(*pressed: str) -> Play:
    """A scene that ends in a dialog, for whose answer a worker waits."""

    async def play(app: Running) -> None:
        await keys(*pressed[:-1])(app)
        await app.pilot.press(pressed[-1])
        await app.pilot.pause()

    return play


@contextmanager
def world() -> Iterator[Story]:
    """The demo's world, with the conflict that the colleague brings about.

    Its folder's name is always as long as `SHOWN`: what is drawn depends on the length.
    """
    folder = tempfile.mkdtemp(prefix="keydeck-", dir="/tmp")
    with story(Path(folder)) as told:
        rng = random.Random(SEED + 1)
        name, make = contents.COLLEAGUES
        told.travel(0.5)
        told.elsewhere.patch(PRODUCTION, {name: make(rng)})
        told.travel(1 / 24)
        vault = access.unlock(told.world.vault, access.from_environment(told.environ))
        place = places.resolve(vault, profile=PRODUCTION, environ={})
        rotation.rotate(vault, place, name, SecretValue(make(rng)))
        vault.close()
        told.travel(0)
        yield told


@asynccontextmanager
async def acted(told: Story, scene: Scene) -> AsyncIterator[Running]:
    """The app, brought to the scene."""
    tenant, _, profile = scene.place.partition("/")
    environ = dict(told.environ)
    if not scene.opened:
        del environ["KEYDECK_KEY_FILE"]
    settings = Settings(
        told.world.vault,
        environ,
        tenant,
        profile,
        told.world.project,
        scene.plain,
        scene.theme,
        lock_after=LOCK_AFTER,
    )
    early = EarlyUnlock(settings)
    early.start()
    app = KeydeckApp(settings, early)
    async with app.run_test(size=scene.size) as pilot:
        running = Running(app, pilot)
        await running.settle()
        await scene.play(running)
        yield running


def picture(running: Running) -> str:
    """The screen as SVG, without what would be fetched from elsewhere when it is shown."""
    svg = running.app.export_screenshot(title="keydeck", simplify=True)
    svg = re.sub(r"terminal-[0-9]+", "keydeck", svg)  # a hash of what is shown
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


async def drawn(told: Story, scene: Scene) -> str:
    """A scene's picture; where it stands on this machine is not told."""
    async with acted(told, scene) as running:
        return picture(running).replace(told.world.folder, SHOWN)
