"""What the editor and the rotation can do."""

from __future__ import annotations

from keydeck.tui.commands.command import Command
from keydeck.tui.commands.everywhere import EVERYWHERE

SCOPE = "editor"
SAVE = Command("editor.save", "Save", ("f2",), "save", "Saves what is filled in.", scope=SCOPE)
NEXT = Command(
    "editor.next", "Next field", ("tab", "down"), "next field", "To the next field.", scope=SCOPE
)._replace(hidden=True)
PREVIOUS = Command(
    "editor.previous",
    "Field before",
    ("shift+tab", "up"),
    "",
    "To the field before.",
    scope=SCOPE,
    hidden=True,
)
GENERATE = Command(
    "editor.generate",
    "Generate a value",
    ("f3",),
    "generate",
    "Makes a new value from the system's random source.",
    scope=SCOPE,
)
FILE = Command(
    "editor.file", "Value from a file", ("f4",), "from file", "Reads the value from a file."
)._replace(scope=SCOPE)
LINES = Command(
    "editor.lines",
    "Several lines",
    ("f5",),
    "several lines",
    "Takes several lines, as a PEM key has; every byte is kept.",
    scope=SCOPE,
)
LEAVE = Command(
    "editor.leave",
    "Leave",
    ("escape",),
    "leave",
    "Leaves; what is filled in is asked about first.",
    scope=SCOPE,
)
ROTATE = Command(
    "editor.save",
    "Rotate",
    ("f2",),
    "rotate",
    "Replaces the value; the old one is kept one version back.",
    scope=SCOPE,
)

FORM = (GENERATE, FILE, LINES, NEXT, PREVIOUS)
EDITOR = (SAVE, NEXT, LEAVE, *FORM[:3], PREVIOUS, *EVERYWHERE)
ROTATION = (ROTATE, GENERATE, FILE, LINES, LEAVE, NEXT, PREVIOUS, *EVERYWHERE)
