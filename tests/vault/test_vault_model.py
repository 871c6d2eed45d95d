"""A vault behaves like a dictionary of histories, whatever is done to it in whatever order."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from keydeck.domain.secret import SecretValue
from keydeck.vault.verify import verify
from support.vaults import make_kit, new_value

NAMES = st.sampled_from(["A", "B", "LONG_NAME", "a"])


class VaultMachine(RuleBasedStateMachine):
    """Each rule does the same to the vault and to plain dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.before = os.environ.get("XDG_STATE_HOME")
        os.environ["XDG_STATE_HOME"] = str(self.folder / "state")
        self.kit = make_kit(self.folder)
        self.state: dict[str, str] = {}
        self.current: dict[str, int] = {}
        self.values: dict[str, dict[int, SecretValue]] = {}
        self.last: dict[str, int] = {}

    def teardown(self) -> None:
        assert verify(self.kit.vault) == []
        self.kit.vault.close()
        shutil.rmtree(self.folder)
        if self.before is None:
            del os.environ["XDG_STATE_HOME"]
        else:
            os.environ["XDG_STATE_HOME"] = self.before

    @rule(name=NAMES)
    def set(self, name: str) -> None:
        self._set(name, new_value())

    def _set(self, name: str, value: SecretValue, origin: str = "set") -> None:
        self.kit.set(name, value, origin=origin)
        number = self.last.get(name, 0) + 1
        self.values.setdefault(name, {})[number] = value
        self.last[name] = self.current[name] = number
        self.state[name] = "live"

    @rule(name=NAMES, data=st.data())
    def roll_back(self, name: str, data: st.DataObject) -> None:
        if self.state.get(name) != "live":
            return
        number = data.draw(st.sampled_from(sorted(self.values[name])))
        self._set(name, SecretValue(self.kit.get(name, number=number)), "rollback")

    @rule(name=NAMES)
    def trash(self, name: str) -> None:
        if self.state.get(name) == "live":
            with self.kit.vault.write("unset") as change:
                change.trash_secret(self.kit.profile, name)
            self.state[name] = "trash"

    @rule(name=NAMES)
    def restore(self, name: str) -> None:
        if self.state.get(name) == "trash":
            with self.kit.vault.write("restore") as change:
                change.restore_secret(self.kit.profile, name)
            self.state[name] = "live"

    @rule(name=NAMES)
    def destroy(self, name: str) -> None:
        if self.state.get(name) == "trash":
            with self.kit.vault.write("purge") as change:
                assert change.destroy_secret(self.kit.profile, name) == len(self.values[name])
            self.state[name] = "gone"
            self.values[name] = {}

    @precondition(lambda self: self.state)
    @rule()
    def open_again(self) -> None:
        self.kit.vault.close()
        self.kit.vault = self.kit.reopen()

    @invariant()
    def both_say_the_same(self) -> None:
        assert self.kit.names() == self.state
        profile = self.kit.profile
        with self.kit.vault.read() as view:
            trashed = {row.name for row in view.trash(profile)}
            assert trashed == {name for name, state in self.state.items() if state == "trash"}
            found = view.secrets(profile, self.state)
            assert set(found) == {name for name, state in self.state.items() if state != "gone"}
            for name, secret in found.items():
                assert secret.version == self.current[name]
                numbers = [version.number for version in secret.versions]
                assert numbers == sorted(self.values[name])
                for number in numbers:
                    assert view.value(profile, secret, number) == self.values[name][number]


TestVaultModel = VaultMachine.TestCase
TestVaultModel.settings = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
