"""`keydeck demo`: a throw-away vault, a project, a real server and a colleague.

`contents` says what there is, `world` builds it, `elsewhere` is the server (or a file in its
stead), `colleague` the person who changes something there, `stage` runs the app in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence


def run(
    command: Sequence[str] = (), *, environ: Mapping[str, str], say: Callable[[str], None]
) -> int:
    """Open the app (or run `command`) in a throw-away world; its exit code.

    The world lies in a folder of its own (0700) below the temporary folder and is gone
    afterwards, with its server, however this ends. `say` gets lines for people. Where the
    server's program is not installed a file stands in for it, and a line says so.
    """
    from keydeck.services.demo.stage import run as stage

    return stage(command, environ, say)
