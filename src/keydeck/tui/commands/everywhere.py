"""What works on every screen."""

from __future__ import annotations

from keydeck.tui.commands.command import Command

HELP = Command(
    "app.help",
    "Help",
    ("question_mark", "f1"),
    "more",
    "Every key of this screen, and what it does.",
)
PALETTE = Command(
    "app.palette",
    "All actions",
    ("ctrl+p", "colon"),
    "",
    "A list of every action, to search in.",
    hidden=True,
)
LOCK = Command(
    "app.lock", "Lock now", ("L",), "", "Forgets everything that was unlocked and asks again."
)
REDRAW = Command(
    "app.redraw",
    "Redraw the screen",
    ("ctrl+l",),
    "",
    "Paints everything again, if the terminal got out of step.",
)
QUIT = Command("app.quit", "Quit", ("q",), "", "Locks the vault and leaves.")
THEME = Command("app.theme", "Next theme", ("f6",), "", "Changes to the next of the themes.")

EVERYWHERE = (PALETTE, LOCK, REDRAW, THEME, QUIT, HELP)
"""For a screen's `COMMANDS`, last: `(*own, *EVERYWHERE)`."""

BACK = Command("screen.back", "Back", ("escape",), "back", "Back to where you came from.")
