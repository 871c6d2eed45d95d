"""An app that fails in the way it is told to, with a secret in every place an error could show."""

from __future__ import annotations

import os
import sys
import threading

from textual.app import ComposeResult
from textual.strip import Strip

from keydeck.domain.errors import NotFound
from keydeck.tui.guard import Guarded, run_guarded
from keydeck.tui.theme import load_theme
from keydeck.tui.widgets.base import BaseScreen
from keydeck.tui.widgets.line import OneLine

SECRET = os.environ["GUARD_CANARY"]


def fail(where: str) -> None:
    secret = SECRET
    headers = {"X-Vault-Token": secret}
    raise ValueError(f"{where}: {secret} {headers}")


class Words(OneLine):
    broken = False

    def line(self, width: int) -> list[tuple[str, str]]:  # type: ignore[override]
        return [("ready to fail", "text")]

    def render_line(self, y: int) -> Strip:
        if self.broken:
            fail("render")
        return super().render_line(y)


class Main(BaseScreen[None]):
    def compose(self) -> ComposeResult:
        yield Words()

    def key_h(self) -> None:
        fail("handler")

    def key_w(self) -> None:
        async def work() -> None:
            fail("worker")

        self.run_worker(work(), name="work")

    def key_t(self) -> None:
        self.run_worker(lambda: fail("thread worker"), thread=True, name="work")

    def key_p(self) -> None:
        threading.Thread(target=fail, args=("plain thread",), name="plain").start()

    def key_r(self) -> None:
        words = self.query_one(Words)
        words.broken = True
        words.refresh()

    def key_k(self) -> None:
        raise NotFound("There is no tenant acme.", todo="Did you mean acne?")

    def key_b(self) -> None:
        os.write(2, b"now stuck")
        threading.Event().wait(60)  # nothing that the loop was asked to run gets a turn

    def key_q(self) -> None:
        self.app.exit()


class FailingApp(Guarded[None]):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(load_theme("dark"))
        self.theme = "dark"

    def get_default_screen(self) -> Main:
        return Main()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        import keydeck.tui.guard as guard

        guard.PATIENCE = float(sys.argv[1])
    sys.exit(run_guarded(FailingApp()))
