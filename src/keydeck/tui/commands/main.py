"""What the main screen can do: in the list of secrets, in the tree, and in both."""

from __future__ import annotations

from keydeck.tui.commands.command import Command
from keydeck.tui.commands.everywhere import EVERYWHERE

LIST = "secrets"
TREE = "tree"
MAIN = "main"

NEW = Command(
    "secret.new", "New secret", ("n",), "new", "Adds a secret to this profile.", scope=LIST
)
EDIT = Command(
    "secret.edit", "Edit secret", ("e",), "edit", "Changes its value or what is told about it."
)._replace(scope=LIST)
ROTATE = Command(
    "secret.rotate",
    "Rotate secret",
    ("r",),
    "rotate",
    "Gives it a new value; the old one is kept one version back.",
    scope=LIST,
)
REVEAL = Command(
    "secret.reveal",
    "Reveal value",
    ("v",),
    "reveal",
    "Shows the value for 15 seconds; the screen closes itself.",
    scope=LIST,
)
COPY = Command(
    "secret.copy",
    "Copy value",
    ("y",),
    "copy",
    "Copies the value, and asks for clearing after 30 seconds.",
    scope=LIST,
)
DELETE = Command(
    "secret.delete",
    "Delete secret",
    ("d", "delete"),
    "delete",
    "Shows what depends on it first; then it goes to the trash.",
    scope=LIST,
    destructive=True,
)
OPEN = Command(
    "secret.open",
    "Open secret",
    ("enter",),
    "",
    "Everything known about the secret but its value.",
    scope=LIST,
)
HISTORY = Command(
    "secret.history",
    "History",
    ("H",),
    "",
    "All kept versions of the secret, and going back to one.",
    scope=LIST,
)
REFERENCES = Command(
    "secret.references",
    "Who uses it",
    ("f",),
    "",
    "Declared uses of the secret, and where this folder names it.",
    scope=LIST,
)
FILTER = Command(
    "list.filter", "Filter", ("slash",), "", "Narrows the list to names that hold what you type."
)._replace(scope=MAIN)

SYNC = Command(
    "place.sync",
    "Sync",
    ("s",),
    "sync",
    "Shows what a sync would change, then applies what is ticked.",
    scope=MAIN,
)
MATRIX = Command(
    "place.matrix",
    "Matrix",
    ("m",),
    "",
    "Names × profiles of the tenant: set, missing, equal or not.",
    scope=MAIN,
)
REFRESH = Command(
    "place.refresh",
    "Refresh from the remote",
    ("R",),
    "",
    "Reads vault and remote again; changes nothing.",
    scope=MAIN,
)
UNDO = Command(
    "place.undo", "Undo", ("u",), "", "Takes the last change made here back.", scope=MAIN
)
TRASH = Command(
    "place.trash",
    "Trash",
    ("T",),
    "",
    "What was deleted in this profile and can come back.",
    scope=MAIN,
)
IMPORT = Command(
    "place.import",
    "Import a file",
    ("i",),
    "",
    "Compares a file with this profile; takes over what you choose.",
    scope=MAIN,
)
LOOK = Command(
    "place.look",
    "Look at this folder",
    ("o",),
    "",
    "Which files here hold secrets; which names the code needs.",
    scope=MAIN,
)
AUDIT = Command(
    "place.audit", "Audit", ("a",), "", "What was changed, by whom and when.", scope=MAIN
)
REMOTE = Command(
    "place.remote",
    "Set up a remote",
    ("C",),
    "",
    "Connects this profile to a server or a file.",
    scope=MAIN,
)
NEXT_PANE = Command(
    "pane.next", "Next pane", ("tab",), "", "To the next pane.", scope=MAIN, hidden=True
)
PREVIOUS_PANE = Command(
    "pane.previous",
    "Pane before",
    ("shift+tab",),
    "",
    "To the pane before.",
    scope=MAIN,
    hidden=True,
)
LEFT = Command(
    "pane.left", "Pane to the left", ("h", "left"), "", "To the pane on the left.", scope=MAIN
)._replace(hidden=True)
RIGHT = Command(
    "pane.right", "Pane to the right", ("l", "right"), "", "To the pane on the right.", scope=MAIN
)._replace(hidden=True)
CLEAR = Command(
    "list.clear",
    "Leave the filter",
    ("escape",),
    "",
    "Leaves the filter; in a pane on the right, back to the list.",
    scope=MAIN,
    hidden=True,
)

CHOOSE = Command(
    "tree.open", "Open profile", ("enter",), "open", "To the secrets of the profile.", scope=TREE
)
ADD = Command(
    "tree.add",
    "Add tenant or profile",
    ("n",),
    "add",
    "Adds a tenant, or a profile to this tenant.",
    scope=TREE,
)
PROTECT = Command(
    "tree.protect",
    "Protect profile",
    ("P",),
    "",
    "Its name is asked before what can hurt it; or no longer.",
    scope=MAIN,
)

IN_LIST = (NEW, EDIT, ROTATE, REVEAL, COPY, DELETE)
IN_TREE = (CHOOSE, ADD, PROTECT)
COMMANDS = (
    *IN_LIST,
    OPEN,
    HISTORY,
    REFERENCES,
    *IN_TREE,
    SYNC,
    MATRIX,
    REFRESH,
    UNDO,
    FILTER,
    TRASH,
    IMPORT,
    LOOK,
    AUDIT,
    REMOTE,
    NEXT_PANE,
    PREVIOUS_PANE,
    LEFT,
    RIGHT,
    CLEAR,
    *EVERYWHERE,
)
