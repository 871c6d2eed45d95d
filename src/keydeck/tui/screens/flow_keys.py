"""What the flow screens can do: one command per action, as everywhere in the app."""

from __future__ import annotations

from keydeck.tui.commands.command import Command
from keydeck.tui.commands.everywhere import EVERYWHERE

FILTER = Command("list.filter", "Filter", ("slash",), "", "Narrows the list to what you type.")


def leave(word: str = "back", help: str = "Back to where you came from.") -> Command:  # noqa: A002
    """The way out of a screen."""
    return Command("screen.back", "Back", ("escape",), word, help)


SYNC = (
    Command("sync.apply", "Apply what is ticked", ("A",), "apply", "Applies the ticked rows."),
    Command(
        "sync.tick", "Tick the row", ("space",), "tick", "Ticks the row, or takes the tick back."
    ),
    Command("sync.ours", "Take ours", ("o",), "ours", "Settles the row with what is here."),
    Command("sync.theirs", "Take theirs", ("t",), "theirs", "Settles the row with what is there."),
    Command(
        "sync.again", "Plan again", ("R",), "again", "Reads both sides again and compares anew."
    ),
    leave("leave", "Leaves without applying; while applying, stops before the next row."),
    Command(
        "sync.adopt",
        "Adopt the row",
        ("a",),
        "",
        "Takes a name that is only there into the vault.",
    ),
    Command(
        "sync.confirm",
        "Confirm",
        ("f2",),
        "",
        "Confirms, after a protected profile's name was typed.",
        hidden=True,
    ),
    Command(
        "sync.unfold",
        "Show the rows in sync",
        ("enter",),
        "",
        "Shows or hides the rows that are in sync. It never applies anything.",
        hidden=True,
    ),
    Command("sync.setup", "Set up another remote", (), "", "Adds another target to this profile."),
    FILTER,
    *EVERYWHERE,
)

DELETE = (
    leave("keep it", "Leaves everything as it is."),
    Command("delete.pane", "Type the name", ("tab",), "confirm by name", "To the other pane."),
    Command(
        "delete.confirm",
        "Delete",
        ("f2",),
        "delete",
        "Moves it to the trash.",
        destructive=True,
    ),
    Command("delete.editor", "Open in editor", ("o",), "open in editor", "Opens the place there."),
    Command("delete.see", "See the place", ("enter",), "see it", "Shows the lines around it."),
    Command("delete.again", "Look again", ("R",), "", "Looks for dependants again."),
    FILTER,
    *EVERYWHERE,
)

MATRIX = (
    Command("matrix.open", "Open the secret", ("enter",), "open", "To this name in this profile."),
    Command("matrix.filter", "Filter", ("slash",), "filter", "Narrows the list of names."),
    Command("matrix.again", "Read again", ("R",), "", "Reads the whole tenant again."),
    leave(),
    *EVERYWHERE,
)

HISTORY = (
    Command(
        "history.rollback",
        "Go back to this version",
        ("A", "b"),
        "go back",
        "Shows what going back would do; F2 then does it.",
    ),
    Command("history.confirm", "Confirm", ("f2",), "", "Goes back to it.", hidden=True),
    leave(),
    *EVERYWHERE,
)

TRASH = (
    Command("trash.restore", "Restore", ("A", "u"), "restore", "Takes it out of the trash."),
    Command(
        "trash.purge",
        "Destroy this one",
        ("d", "delete"),
        "destroy",
        "Destroys it with all its versions; F2 confirms.",
        destructive=True,
    ),
    Command(
        "trash.empty",
        "Empty the trash",
        ("E",),
        "empty",
        "Destroys everything in the trash; F2 confirms.",
        destructive=True,
    ),
    Command("trash.confirm", "Confirm", ("f2",), "", "Destroys what was asked.", hidden=True),
    FILTER,
    leave(),
    *EVERYWHERE,
)

AUDIT = (
    Command("audit.verify", "Verify", ("V",), "verify", "Checks the chain up to the signed head."),
    Command("audit.filter", "Filter", ("slash",), "filter", "Narrows the list."),
    leave(),
    *EVERYWHERE,
)

REFERENCES = (
    Command("refs.see", "See the place", ("enter",), "see it", "Shows the lines around it."),
    Command("refs.editor", "Open in editor", ("o",), "open in editor", "Opens the place there."),
    Command("refs.again", "Look again", ("R",), "again", "Scans the folder again."),
    Command("refs.filter", "Filter", ("slash",), "filter", "Narrows the list."),
    leave(),
    *EVERYWHERE,
)

LOOK = (
    Command("look.import", "Import the file", ("i",), "import", "Previews taking the file over."),
    Command("look.see", "See the place", ("enter",), "see it", "Shows the lines around it."),
    Command("look.editor", "Open in editor", ("o",), "open in editor", "Opens the place there."),
    Command("look.again", "Look again", ("R",), "again", "Looks at the folder again."),
    leave(),
    *EVERYWHERE,
)

IMPORT = (
    Command("import.apply", "Apply what is ticked", ("A",), "apply", "Takes over what is ticked."),
    Command("import.tick", "Tick the row", ("space",), "tick", "Ticks it, or takes it back."),
    Command("import.again", "Read again", ("R",), "again", "Reads the file again."),
    Command("import.confirm", "Confirm", ("f2",), "", "Confirms what was asked.", hidden=True),
    leave("leave", "Leaves without importing."),
    FILTER,
    *EVERYWHERE,
)

SETUP = (
    Command("setup.choose", "Choose", ("enter",), "choose", "To the questions of this kind."),
    Command("setup.next", "Next", ("f2",), "next", "Takes what is filled in and goes on."),
    Command("setup.back", "Step before", ("escape",), "back", "To the step before, or leaves."),
    *EVERYWHERE,
)
