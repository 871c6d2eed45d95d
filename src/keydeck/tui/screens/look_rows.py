"""What a folder tells about its secrets, as lines: files, missing names, unused ones."""

from __future__ import annotations

from typing import NamedTuple

from keydeck.domain.safetext import clean
from keydeck.services.look import Look, Missing
from keydeck.services.look_files import SecretFile
from keydeck.tui.text import Role, Span, middle, pad
from keydeck.tui.widgets.rows import Lines, Slot

_KINDS = {
    "dotenv": "dotenv",
    "systemprompt": "systemprompt",
    "systemprompt-credentials": "log-in",
    "systemprompt-tenants": "tenants",
    "private-key": "private key",
    "service-account": "service account",
    "keystore": "key store",
    "login": "log-in",
}
ABOUT, SAYS, ROOMY_FROM = 18, 28, 70  # cells
_HEADING_ROLES: dict[Role, Role] = {"danger": "danger-bold", "due": "due-bold"}


class Line(NamedTuple):
    """A heading, a secret file (`path`), or a name and the place (`path`, `line`) it stands at.

    `about` is what it is, `says` what is to be known about it in the colour `role`.
    """

    left: str
    about: str = ""
    says: str = ""
    role: Role = "text"
    heading: bool = False
    path: str = ""
    line: int = 0
    importable: bool = False
    names: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells lines apart."""
        return f"{self.left} {self.path} {self.line} {self.heading}"


def lines(look: Look) -> list[Line]:
    """All lines, the most urgent first in each part."""
    made: list[Line] = []
    if look.files:
        files = sorted(look.files, key=lambda one: (_urgency(one), one.path))
        worst: Role = "danger" if any(one.tracked for one in files) else "due"
        role: Role = worst if look.exposed else "text"
        made.append(Line("Files with secrets", str(len(files)), "", role, heading=True))
        made += [_file(one, look.git) for one in files]
    if look.missing:
        count = str(len(look.missing))
        made.append(Line("Needed, but in no file", count, "", "due", heading=True))
        made += [_missing(one) for one in look.missing]
    if look.unused:
        made.append(Line("In a file, used nowhere", str(len(look.unused)), heading=True))
        made += [
            Line(clean(one.name), "", ", ".join(one.files), "muted", path=one.files[0], line=1,
                 names=(one.name,))
            for one in look.unused
        ]  # fmt: skip
    if look.dynamic or look.skipped:
        made.append(Line("Can't know", "", "", "muted", heading=True))
        made += [
            Line(f"{clean(one.file)}:{one.line}", "", clean(one.form), "muted",
                 path=one.file, line=one.line)
            for one in look.dynamic[:50]
        ]  # fmt: skip
        made += [Line(clean(text), role="muted") for text in look.skipped[:20]]
    return made


def _urgency(file: SecretFile) -> int:
    return 0 if file.tracked else 1 if file.ignored is False else 2


def _file(file: SecretFile, git: str) -> Line:
    count = len(file.names)
    held = f", {count} name{'s' if count != 1 else ''}" if count else ""
    about = f"{_KINDS.get(file.kind, clean(file.kind))}{held}"
    says, role = _git_words(file, git)
    if file.mode_open:
        says = f"{says.removesuffix(' by git')}, open to others"
        role = "due" if role in ("ok", "muted") else role
    return Line(
        clean(file.path),
        about,
        says,
        role,
        path=file.path,
        line=1,
        importable=file.importable,
        names=file.names,
    )


def _git_words(file: SecretFile, git: str) -> tuple[str, Role]:
    if file.tracked:
        return "tracked by git", "danger"
    if file.ignored is False:
        return "not ignored by git", "due"
    if file.ignored:
        return "ignored by git", "ok"
    return ("no git here", "muted") if git == "no" else ("git unknown", "muted")


def _missing(one: Missing) -> Line:
    first = one.references[0]
    more = f" and {one.uses - 1} more" if one.uses > 1 else ""
    where = f"{clean(first.file)}:{first.line}{more}"
    return Line(
        clean(one.name),
        "",
        where,
        "text" if one.secret else "muted",
        path=first.file,
        line=first.line,
        names=(one.name,),
    )


def draw(line: Line, slot: Slot) -> Lines:
    """A heading with its count; else name, what it is, and what is to be known."""
    if line.heading:
        role = _HEADING_ROLES.get(line.role, "bold" if line.role == "text" else "muted-bold")
        return [[(line.left, role), (f"  {line.about}", role)], []][: slot.lines]
    indent: Span = ("  ", "text")
    gap: Span = ("  ", "text")
    if not line.about and not line.says:
        return [[indent, (line.left, line.role)]]
    says: Span = (line.says, line.role)
    role = "text" if line.path and line.about else line.role
    if not line.about or slot.width < ROOMY_FROM:
        left = max(20, min(48, slot.width * 2 // 5))
        return [[indent, (pad(middle(line.left, left), left), role), gap, says]]
    left = max(16, slot.width - 2 - ABOUT - SAYS - 4)
    name: Span = (pad(middle(line.left, left), left), role)
    return [[indent, name, gap, (pad(line.about, ABOUT), "muted"), gap, says]]


def facts(look: Look) -> list[Span]:
    """What matters most, in one line."""
    said: list[Span] = []
    tracked = sum(bool(one.tracked) for one in look.files)
    open_ = len(look.exposed) - tracked
    count = len(look.files)
    said.append((f"{count} file{'s' if count != 1 else ''} with secrets", "bold"))
    if tracked:
        said.append((f"{tracked} tracked by git", "danger"))
    if open_:
        said.append((f"{open_} not ignored", "due"))
    if look.missing:
        said.append((f"{len(look.missing)} missing", "due"))
    if not tracked and not open_ and not look.missing:
        said.append(("nothing to worry about", "ok"))
    read = f"{look.scanned:,} file{'s' if look.scanned != 1 else ''} read".replace(",", " ")
    return [*said, (read, "muted")]


def nothing(look: Look) -> list[Span]:
    """What an empty list says."""
    return [
        ("No secret file is here, and no code asks for a name.", "text"),
        (f"Read {look.scanned} files under {clean(look.root)}.", "muted"),
    ]
