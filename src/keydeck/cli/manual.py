"""Help texts and `docs/cli.md`, made from the declarations of the commands."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from keydeck.cli.arguments import GLOBALS, Command, Option, usage
from keydeck.cli.table import AREAS, LATER, family_of
from keydeck.domain.errors import Usage

EXIT_CODES = (
    (0, "done, or nothing differs"),
    (1, "an error"),
    (2, "something would change, or was found"),
    (3, "a conflict"),
    (4, "refused: a dependant, a protected profile, a sealed secret, a stale plan"),
    (5, "locked"),
    (6, "wrong passphrase"),
    (7, "not found"),
    (8, "not logged in"),
    (9, "network"),
    (10, "no permission"),
    (11, "an invalid value or name"),
    (12, "the vault is damaged"),
    (13, "an answer was needed"),
    (14, "a check of a new value failed"),
    (64, "wrong usage"),
    (130, "interrupted"),
)
VARIABLES = (
    ("KEYDECK_VAULT", "the vault's file"),
    ("KEYDECK_TENANT", "the tenant"),
    ("KEYDECK_PROFILE", "the profile"),
    ("KEYDECK_PASSPHRASE_FILE", "a file that holds the passphrase"),
    ("KEYDECK_KEY_FILE", "a key file"),
    ("KEYDECK_CONFIG", "the settings file"),
    ("NO_COLOR", "no colours"),
)


def commands_of(verb: str) -> list[Command]:
    """A verb's commands: itself, or its sub-verbs."""
    module = import_module(family_of(verb))
    found: Sequence[Command] = module.COMMANDS
    return [command for command in found if command.name.split()[0] == verb]


def help_for(name: str = "") -> str:
    """Help for a command (`set`, `target add`), for a verb with sub-verbs, or for all."""
    if not name:
        return _overview()
    verb = name.split(maxsplit=1)[0]
    found = commands_of(verb)
    exact = [command for command in found if command.name == name]
    if exact:
        return _page(exact[0])
    if name != verb:
        subs = ", ".join(command.name.split()[1] for command in found)
        raise Usage(f"keydeck {verb} has no such command.", todo=f"It has {subs}.")
    return "\n".join([f"keydeck {verb}", "", *_listed([(usage(c), c.help) for c in found])])


def _overview() -> str:
    lines = ["usage: keydeck [COMMAND] [options]", "", "Without a command: the app.", ""]
    rows = []
    for area, verbs in AREAS:
        rows += [(area if verb == verbs[0] else "", verb, _summary(verb)) for verb in verbs]
    width = max(len(area) for area, _, _ in rows)
    lines += [f"{area.ljust(width)}  {verb.ljust(9)}  {text}".rstrip() for area, verb, text in rows]
    lines += ["", "options for all, before or after the command:"]
    lines += _options(GLOBALS)
    lines += ["", "environment:", *_listed(VARIABLES)]
    lines += ["", "exit codes:", *_listed([(str(code), text) for code, text in EXIT_CODES])]
    return "\n".join(lines)


def _summary(verb: str) -> str:
    found = commands_of(verb)
    if found[0].name == verb:
        return found[0].help
    return " · ".join(command.name.split()[1] for command in found)


def _page(command: Command) -> str:
    lines = [f"usage: {usage(command)}", "", f"{command.help[0].upper()}{command.help[1:]}."]
    if command.detail:
        from textwrap import wrap

        lines += ["", *wrap(command.detail, 88)]
    if command.words:
        lines += ["", *_listed([(word.shown, word.help) for word in command.words])]
    built = [option for option in command.options if not option.later]
    if built:
        lines += ["", "options:", *_options(built)]
    lines += ["", "options for all:", *_options(GLOBALS)]
    return "\n".join(lines)


def _options(options: Sequence[Option]) -> list[str]:
    return _listed([(_flags(option), option.help) for option in options])


def _flags(option: Option) -> str:
    text = ", ".join(option.flags)
    if not option.value:
        return text
    text += f" [{option.value}]" if option.default is not None else f" {option.value}"
    return f"{text} …" if option.many else text


def _listed(rows: Sequence[tuple[str, str]]) -> list[str]:
    width = min(30, max(len(left) for left, _ in rows))
    lines = []
    for left, right in rows:
        if len(left) > width:
            lines += [f"  {left}", f"  {' ' * width}  {right}"]
        else:
            lines.append(f"  {left.ljust(width)}  {right}")
    return lines


def markdown() -> str:
    """`docs/cli.md`: every command that is built, the options for all, the exit codes."""
    parts = ["# The command line", "", "Made from the program by `make docs`.", ""]
    parts += ["## Options for all", "", "Before or after the command.", ""]
    parts += [f"- `{_flags(option)}`: {option.help}" for option in GLOBALS]
    parts += ["", "## Environment", ""]
    parts += [f"- `{name}`: {text}" for name, text in VARIABLES]
    for area, verbs in AREAS:
        if area:
            parts += ["", f"## {area[0].upper()}{area[1:]}"]
        for verb in verbs:
            for command in commands_of(verb):
                parts += ["", *_section(command)]
    parts += ["", "## Exit codes", "", "| code | meaning |", "| --- | --- |"]
    parts += [f"| {code} | {text} |" for code, text in EXIT_CODES]
    parts += ["", "## Later", "", "Published names that are not built yet (64): "]
    parts[-1] += ", ".join(f"`{verb}`" for verb in sorted(LATER)) + "."
    return "\n".join(parts) + "\n"


def _section(command: Command) -> list[str]:
    lines = [f"### {command.name}", "", f"`{usage(command)}`", ""]
    lines.append(f"{command.help[0].upper()}{command.help[1:]}.")
    if command.detail:
        lines += ["", command.detail]
    rows = [(word.shown, word.help) for word in command.words]
    rows += [(_flags(option), option.help) for option in command.options if not option.later]
    if rows:
        lines += ["", *(f"- `{left}`: {right}" for left, right in rows)]
    return lines
