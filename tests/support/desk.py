"""The app on a real vault for pilot tests: a tenant with profiles, a file or a server beside it.

`from support.desk import desk` in a test file gives the fixture.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from keydeck.domain.model import Place, Target
from keydeck.domain.secret import SecretValue
from keydeck.services import hierarchy, secrets, sync, targets
from keydeck.tui.app import KeydeckApp
from keydeck.tui.settings import Settings
from keydeck.tui.start import EarlyUnlock
from support.values import fresh
from support.vaults import key_file, make_vault

S = TypeVar("S", bound=Screen[None])
SIZES = ((80, 24), (60, 20), (120, 40))


class Running:
    """The app while it runs: press, settle, read what it shows."""

    def __init__(self, app: KeydeckApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    async def settle(self) -> None:
        """Until no worker runs but those that wait for an answer, and every message is handled."""
        for _ in range(1000):
            await self.pilot.pause()
            busy = [w for w in self.app.workers if not w.is_finished and w not in self.app.asking]
            if not busy:
                return
            # One that begins to ask is not done: it is looked at again soon.
            tasks = [worker._task for worker in busy if worker._task is not None]
            if tasks:
                await asyncio.wait(tasks, timeout=0.02)
        raise AssertionError("the app does not settle")

    async def press(self, *keys: str) -> None:
        """Keys, then settle."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Text, key by key."""
        names = {"_": "underscore", "/": "slash", ".": "full_stop", "-": "minus", ":": "colon"}
        await self.press(*(names.get(letter, letter) for letter in text))

    async def paste(self, text: str) -> None:
        """Text as a terminal pastes it: through the app, to the focused field."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def show(self, screen: S) -> S:
        """Put a screen over the main one."""
        await self.app.push_screen(screen)
        await self.settle()
        return screen

    @property
    def text(self) -> str:
        """What stands on the terminal, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.text.split("\n")

    @property
    def footer(self) -> str:
        """The last line."""
        return self.lines[-1]

    def line(self, word: str) -> str:
        """The first line that holds a word."""
        found = [line for line in self.lines if word in line]
        assert found, f"no {word!r} in:\n{self.text}"
        return found[0]


class Desk:
    """A vault with a tenant `acme`, its profiles, and ways to change both sides."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = str(folder / "vault.keydeck")
        self.vault = make_vault(self.path, folder)
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "keydeck.toml").touch()
        hierarchy.add_tenant(self.vault, "acme")
        self.places: dict[str, Place] = {}
        self.profile("staging")
        self.environ = {
            **{k: os.environ[k] for k in ("PATH", "XDG_STATE_HOME", "HOME") if k in os.environ},
            "KEYDECK_KEY_FILE": key_file(folder),
        }

    def profile(self, name: str, *, protected: bool = False) -> Place:
        """A new profile."""
        self.places[name] = hierarchy.add_profile(self.vault, "acme", name, protected=protected)
        return self.places[name]

    def set(self, name: str, value: SecretValue | None = None, place: str = "staging") -> None:
        """Set a secret, to a new value by default."""
        secrets.set_value(self.vault, [self.places[place]], name, value or fresh())

    def value(self, name: str, place: str = "staging") -> SecretValue:
        """The value in the vault."""
        return secrets.get(self.vault, self.places[place], name)

    def file_target(self, place: str = "staging") -> tuple[Path, Target]:
        """A dotenv file as the place's target."""
        path = self.folder / f"{place}.env"
        path.touch(mode=0o600)
        settings = {"path": str(path), "format": "dotenv"}
        targets.add_remote(self.vault, f"{place}-file", "file", settings)
        added = targets.add_target(self.vault, self.places[place], f"{place}-file", settings={})
        return path, added

    def push(self, target: Target, place: str = "staging") -> None:
        """Agree with the target on everything that is here."""
        plan = sync.make_plan(self.vault, self.places[place], target, environ=self.environ)
        report = sync.apply(
            self.vault, plan, sync.default_choices(plan), environ=self.environ, confirm=place
        )
        assert report.code == 0

    def plan(self, target: Target, place: str = "staging") -> dict[str, str]:
        """Name to state of a fresh plan."""
        plan = sync.make_plan(self.vault, self.places[place], target, environ=self.environ)
        return {row.name: row.state.value for row in plan.rows}

    @asynccontextmanager
    async def run(
        self, place: str = "staging", size: tuple[int, int] = (80, 24), *, plain: bool = False
    ) -> AsyncIterator[Running]:
        """The app on this vault, at the main screen of a place."""
        settings = Settings(
            self.path, self.environ, "acme", place, str(self.project), plain, lock_after=0
        )
        early = EarlyUnlock(settings)
        early.start()
        app = KeydeckApp(settings, early)
        async with app.run_test(size=size) as pilot:
            running = Running(app, pilot)
            await running.settle()
            assert app.session.place is not None
            yield running


def edit_env(path: Path, **values: SecretValue | None) -> None:
    """Somebody else changes a dotenv file: sets names, or removes them (None)."""
    text = path.read_text()
    for name, value in values.items():
        text = re.sub(rf"(?m)^{name}=.*\n?", "", text)
        if value is not None:
            text += f"{name}={value.reveal_text()}\n"
    path.write_text(text)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk of its own for each test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = Desk(tmp_path)
    yield made
    made.vault.close()
