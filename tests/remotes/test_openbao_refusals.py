"""What a server, its mounts and its policies refuse, and how that is told."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import pytest

from keydeck.domain.errors import (
    Invalid,
    KeydeckError,
    NetworkError,
    NotFound,
    NotLoggedIn,
    PermissionDenied,
)
from keydeck.domain.remote import Finding, Remote, Write
from keydeck.domain.secret import SecretValue
from keydeck.remotes.openbao import open_openbao
from keydeck.remotes.openbao.settings import parse_address
from remotes.helpers import Open, outcomes, results, texts, value
from support.bao import Bao

LAYOUTS = pytest.mark.parametrize("layout", ["map", "path"])


def read_all(remote: Remote) -> None:
    remote.snapshot()


def write_a(remote: Remote) -> None:
    list(remote.apply([Write("A", value(), None)]))


def findings(remote: Remote) -> dict[str, Finding]:
    return {finding.what: finding for finding in remote.test()}


@pytest.fixture
def rules(bao: Bao) -> Callable[[Mapping[str, list[str]]], str]:
    """Makes a token with exactly these rights."""

    def make(paths: Mapping[str, list[str]]) -> str:
        return bao.root.token(bao.root.policy(f"p{os.urandom(4).hex()}", paths))

    return make


@pytest.fixture(scope="module")
def mounts(bao: Bao) -> None:
    bao.root.mount("kv1", version=1)
    bao.root.mount("team/kv")
    bao.root.mount("transit", kind="transit")


@pytest.mark.usefixtures("mounts")
class TestMounts:
    @pytest.mark.parametrize("act", [read_all, write_a])
    def test_kv_version_1_is_refused_before_anything_is_written(
        self, bao: Bao, opened: Open, act: Callable[[Remote], object]
    ) -> None:
        place = bao.place()
        remote = opened(bao, place, mount="kv1")
        with pytest.raises(Invalid, match="version 1"):
            act(remote)
        assert bao.root.call("LIST", "kv1/data")[0] == 404

    @pytest.mark.parametrize("mount", ["nowhere", "team", "kv/team"])
    def test_no_such_mount(self, bao: Bao, opened: Open, mount: str) -> None:
        with pytest.raises(NotFound, match="Nothing is mounted"):
            opened(bao, bao.place(), mount=mount).snapshot()

    def test_a_mount_that_ends_earlier(self, bao: Bao, opened: Open) -> None:
        with pytest.raises(NotFound) as error:
            opened(bao, "production", mount="secret/acme").snapshot()
        assert "secret" in error.value.todo

    def test_another_kind_of_engine(self, bao: Bao, opened: Open) -> None:
        with pytest.raises(Invalid, match="no KV store"):
            opened(bao, bao.place(), mount="transit").snapshot()

    def test_a_mount_with_a_slash(self, bao: Bao, opened: Open) -> None:
        place, mine = bao.place(), value()
        remote = opened(bao, place, mount="/team/kv/")
        assert results(remote, Write("A", mine, None)) == {"A": "done"}
        assert bao.root.get(place, mount="team/kv") == {"A": mine.reveal_text()}
        assert remote.snapshot().where == f"team/kv/{place}"

    def test_a_mount_nobody_may_see(
        self, bao: Bao, opened: Open, rules: Callable[..., str]
    ) -> None:
        token = rules({"secret/data/elsewhere": ["read"]})
        with pytest.raises(PermissionDenied):
            opened(bao, bao.place(), token=token, mount="team/kv").snapshot()


class TestNamespaces:
    def test_a_namespace_of_its_own(self, bao: Bao, opened: Open) -> None:
        name = f"ns{os.urandom(3).hex()}"
        bao.root.must("POST", f"sys/namespaces/{name}", {})
        inside = {"X-Vault-Namespace": name}
        body = {"type": "kv", "options": {"version": "2"}}
        bao.root.must("POST", "sys/mounts/secret", body, headers=inside)
        remote, mine = opened(bao, "p", namespace=f"/{name}/"), value()
        assert results(remote, Write("A", mine, None)) == {"A": "done"}
        found = bao.root.must("GET", "secret/data/p", headers=inside)
        assert found["data"]["data"] == {"A": mine.reveal_text()}
        assert bao.root.get("p") is None

    def test_no_such_namespace(self, bao: Bao, opened: Open) -> None:
        with pytest.raises(NotFound, match="namespace"):
            opened(bao, bao.place(), namespace="nowhere").snapshot()


class TestTokens:
    @pytest.mark.parametrize("layout", ["map", "path", ""])
    @pytest.mark.parametrize("act", [read_all, write_a])
    def test_a_bad_token_is_8(
        self, bao: Bao, opened: Open, layout: str, act: Callable[[Remote], object]
    ) -> None:
        bad = value().reveal_text()
        with pytest.raises(NotLoggedIn) as error:
            act(opened(bao, bao.place(), layout, token=bad))
        assert error.value.code == 8
        assert bad not in f"{error.value.what}{error.value.todo}"

    @LAYOUTS
    def test_a_token_that_ends_in_the_middle(
        self, bao: Bao, opened: Open, layout: str, rules: Callable[..., str]
    ) -> None:
        place = bao.place()
        token = bao.root.token(
            bao.root.policy("all", {"secret/*": ["create", "update", "patch", "read", "list"]})
        )
        remote = opened(bao, place, layout, token=token)
        rows = [Write(f"N{number:04}", value(), None) for number in range(1500)]
        running = remote.apply(rows)
        told = [next(running).result for _ in range(10)]
        bao.root.revoke(token)
        with pytest.raises(NotLoggedIn):
            told.extend(outcome.result for outcome in running)
        assert set(told) == {"done"}
        held = opened(bao, place, layout).snapshot().items
        assert 10 <= len(told) <= len(held) < 1500

    def test_no_token_says_what_to_do(self, tmp_path: object) -> None:
        settings = {"address": "http://127.0.0.1:1"}
        with pytest.raises(NotLoggedIn) as error:
            open_openbao(settings, {"path": "p"}, None, {"HOME": str(tmp_path)})
        assert "bao login" in error.value.todo


class TestPolicies:
    @LAYOUTS
    def test_without_any_right_it_is_10(
        self, bao: Bao, opened: Open, layout: str, rules: Callable[..., str]
    ) -> None:
        token = rules({"secret/data/elsewhere/*": ["read"]})
        remote = opened(bao, bao.place(), layout, token=token)
        with pytest.raises(PermissionDenied) as error:
            remote.snapshot()
        assert error.value.code == 10
        with pytest.raises(PermissionDenied):
            write_a(remote)

    @LAYOUTS
    def test_a_reader_reads_and_changes_nothing(
        self, bao: Bao, opened: Open, layout: str, rules: Callable[..., str]
    ) -> None:
        place, mine = bao.place(), value()
        results(opened(bao, place, layout), Write("A", mine, None))
        reads = {
            f"secret/data/{place}": ["read"],
            f"secret/data/{place}/*": ["read"],
            f"secret/metadata/{place}": ["list"],
        }
        reader = opened(bao, place, layout, token=rules(reads))
        before = reader.snapshot().items["A"]
        assert before.value == mine
        for row in (
            Write("A", value(), before),
            Write("B", value(), None),
            Write("A", None, before),
        ):
            with pytest.raises(PermissionDenied):
                list(reader.apply([row]))
        assert texts(reader) == {"A": mine.reveal_text()}

    def test_where_patch_is_denied_the_whole_map_is_put(
        self, bao: Bao, opened: Open, rules: Callable[..., str]
    ) -> None:
        place, mine = bao.place(), value()
        foreign = {"NULL": None, "PORT": 5432, "DEEP": {"a": [1.5, None]}, "TEXT": "x", "GONE": "y"}
        bao.root.put(place, foreign)
        token = rules({f"secret/data/{place}": ["create", "update", "read"]})
        remote = opened(bao, place, token=token)
        before = remote.snapshot().items
        rows = [Write("A", mine, None), Write("GONE", None, before["GONE"])]
        assert set(results(remote, *rows).values()) == {"done"}
        del foreign["GONE"]
        assert bao.root.get(place) == {**foreign, "A": mine.reveal_text()}

    def test_where_patch_is_denied_a_path_keeps_its_other_keys(
        self, bao: Bao, opened: Open, rules: Callable[..., str]
    ) -> None:
        place, mine = bao.place(), value()
        bao.root.put(f"{place}/A", {"value": "old", "owner": "somebody", "port": 5432})
        token = rules(
            {
                f"secret/data/{place}/*": ["create", "update", "read"],
                f"secret/metadata/{place}": ["list"],
            }
        )
        remote = opened(bao, place, "path", token=token)
        assert results(remote, Write("A", mine, remote.snapshot().items["A"])) == {"A": "done"}
        wanted = {"value": mine.reveal_text(), "owner": "somebody", "port": 5432}
        assert bao.root.get(f"{place}/A") == wanted

    def test_a_token_that_may_not_look_itself_up_is_still_no_bad_token(
        self, bao: Bao, opened: Open
    ) -> None:
        place = bao.place()
        policy = bao.root.policy(f"p{os.urandom(4).hex()}", {f"secret/data/{place}": ["read"]})
        body = {"policies": [policy], "no_default_policy": True}
        made = bao.root.must("POST", "auth/token/create", body)
        remote = opened(bao, place, token=made["auth"]["client_token"])
        assert dict(remote.snapshot().items) == {}
        with pytest.raises(PermissionDenied):
            write_a(remote)
        tried = findings(remote)
        assert tried["token"].ok
        assert tried["path"].ok
        assert "may not ask" in tried["rights"].detail

    def test_a_policy_for_one_path_is_enough_for_a_map(
        self, bao: Bao, opened: Open, rules: Callable[..., str]
    ) -> None:
        place, mine = bao.place(), value()
        token = rules({f"secret/data/{place}": ["create", "update", "patch", "read"]})
        remote = opened(bao, place, "", token=token)
        assert dict(remote.snapshot().items) == {}
        assert results(remote, Write("A", mine, None)) == {"A": "done"}
        assert remote.layout == "map"


class TestSealed:
    def test_a_sealed_server_is_told_at_once(
        self, bao_factory: Callable[[], Bao], opened: Open
    ) -> None:
        server = bao_factory()
        place = server.place()
        server.root.put(place, {"A": "x"})
        remote = opened(server, place)
        before = remote.snapshot().items["A"]
        server.root.seal()
        for act in (
            remote.snapshot,
            lambda: list(remote.apply([Write("A", value(), before)])),
            opened(server, place, "path").snapshot,
        ):
            with pytest.raises(NetworkError, match="sealed") as error:
                act()
            assert error.value.code == 9
        tried = findings(remote)
        assert tried["address"].ok
        assert not tried["sealed"].ok


class TestLayouts:
    def test_told_apart_by_looking(self, bao: Bao, opened: Open) -> None:
        for layout in ("map", "path"):
            place, mine = bao.place(), value()
            results(opened(bao, place, layout), Write("A", mine, None))
            remote = opened(bao, place, "")
            assert texts(remote) == {"A": mine.reveal_text()}
            assert remote.layout == layout

    def test_a_new_place_is_a_map(self, bao: Bao, opened: Open) -> None:
        remote = opened(bao, bao.place(), "")
        assert remote.layout == ""
        results(remote, Write("A", value(), None))
        assert remote.layout == "map"

    def test_folders_below_are_no_secrets(self, bao: Bao, opened: Open) -> None:
        place = bao.place()
        bao.root.put(f"{place}/sub/deep", {"value": "x"})
        assert dict(opened(bao, place, "path").snapshot().items) == {}
        remote = opened(bao, place, "")
        remote.snapshot()
        assert remote.layout == "map"

    def test_an_entry_without_a_value_key_is_not_read_and_keeps_its_keys(
        self, bao: Bao, opened: Open
    ) -> None:
        place, mine = bao.place(), value()
        bao.root.put(f"{place}/A", {"user": "u", "password": "p"})
        remote = opened(bao, place, "path")
        snapshot = remote.snapshot()
        assert snapshot.items["A"].value is None
        assert any("A" in text for text in snapshot.warnings)
        assert results(remote, Write("A", mine, snapshot.items["A"])) == {"A": "done"}
        wanted = {"user": "u", "password": "p", "value": mine.reveal_text()}
        assert bao.root.get(f"{place}/A") == wanted

    def test_null_instead_of_a_map_is_an_empty_place(self, bao: Bao, opened: Open) -> None:
        place, mine = bao.place(), value()
        bao.root.put(place, None)
        remote = opened(bao, place)
        assert dict(remote.snapshot().items) == {}
        assert results(remote, Write("A", mine, None)) == {"A": "done"}
        assert bao.root.get(place) == {"A": mine.reveal_text()}

    def test_six_hundred_names_go_in_parts_the_server_takes(self, bao: Bao, opened: Open) -> None:
        place = bao.place()
        remote = opened(bao, place)
        wanted = {f"NAME_{number}": value() for number in range(600)}
        done = outcomes(remote, *(Write(name, text, None) for name, text in wanted.items()))
        assert {outcome.result for outcome in done.values()} == {"done"}
        assert bao.root.version(place) == 2
        items = remote.verify(wanted).items
        assert {name: item.value for name, item in items.items()} == wanted
        gone = [Write(name, None, item) for name, item in items.items()]
        assert set(results(remote, *gone).values()) == {"done"}
        assert bao.root.get(place) == {}

    def test_a_map_written_by_others_all_the_time_is_still_written(
        self, bao: Bao, opened: Open
    ) -> None:
        from concurrent.futures import ThreadPoolExecutor

        place = bao.place()
        bao.root.put(place, {})

        def run(writer: int) -> set[str]:
            remote = opened(bao, place)
            rows = [Write(f"W{writer}_{number}", value(), None) for number in range(5)]
            return {result for row in rows for result in results(remote, row).values()}

        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(run, range(6))) == [{"done"}] * 6
        assert len(bao.root.get(place) or {}) == 30

    @LAYOUTS
    def test_only_these_names(self, bao: Bao, opened: Open, layout: str) -> None:
        remote = opened(bao, bao.place(), layout)
        results(remote, *(Write(name, value(), None) for name in "ABC"))
        assert sorted(remote.snapshot(["A", "C", "NONE"]).items) == ["A", "C"]


class TestWords:
    @pytest.mark.parametrize(
        "path",
        ["..", "a/../b", "a//b", "a/./b", ".", "a/\x00", "a/b\n", "a/\x85b", "a/\ud800", "x" * 600],
    )
    def test_hostile_paths_are_refused_before_anything_is_sent(self, bao: Bao, path: str) -> None:
        with pytest.raises(Invalid):
            open_openbao(bao.settings, {"path": path}, bao.secret_token, {})

    @pytest.mark.parametrize("name", ["..", ".", "", "a/b", "a\nb", "\x00", "x" * 600])
    def test_hostile_names_are_no_path(self, bao: Bao, opened: Open, name: str) -> None:
        place = bao.place()
        remote = opened(bao, f"{place}/folder", "path")
        done = outcomes(remote, Write(name, value(), None))[name]
        assert (done.result, done.code) == ("refused", 11)
        assert bao.root.get(place) is None
        assert bao.root.get(f"{place}/folder") is None

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "bao.example",
            "ftp://bao.example",
            "https://",
            "http://u:p@bao.example",
            "http://h/?x=1",
            "http://h:99999",
            "http://h/..",
            "http://bücher.example",
            "http://[::1",
        ],
    )
    def test_addresses_that_are_none(self, address: str) -> None:
        with pytest.raises(Invalid):
            open_openbao({"address": address}, {"path": "p"}, value(), {})

    def test_a_target_without_a_path(self, bao: Bao, opened: Open) -> None:
        remote = opened(bao, "")
        with pytest.raises(Invalid, match="no path"):
            remote.snapshot()
        assert findings(remote)["mount"].ok

    def test_no_such_layout(self, bao: Bao) -> None:
        with pytest.raises(Invalid, match="layout"):
            open_openbao(bao.settings, {"path": "p", "layout": "tree"}, bao.secret_token, {})


class TestEnvironment:
    def test_where_the_token_comes_from(
        self, bao: Bao, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        folder = tmp_path_factory.mktemp("home")
        place = bao.place()
        bao.root.put(place, {"A": "x"})
        wrong = value().reveal_text()
        (folder / ".vault-token").write_text(bao.token + "\n")
        (folder / "mine").write_text(f"  {bao.token}\n")
        home = {"HOME": str(folder)}
        ways: list[tuple[dict[str, str], SecretValue | None, dict[str, str]]] = [
            ({"token_file": "~/mine"}, None, {**home, "BAO_TOKEN": wrong}),
            ({"token_file": str(folder / "mine")}, None, {"BAO_TOKEN": wrong}),
            ({}, None, {**home, "BAO_TOKEN": bao.token, "VAULT_TOKEN": wrong}),
            ({}, None, {**home, "VAULT_TOKEN": bao.token}),
            ({}, None, home),
            ({"token_file": "/nowhere"}, bao.secret_token, {"BAO_TOKEN": wrong}),
        ]
        for settings, given, environ in ways:
            remote = open_openbao({**bao.settings, **settings}, {"path": place}, given, environ)
            assert texts(remote) == {"A": "x"}
            remote.close()

    def test_where_the_address_comes_from(self, bao: Bao) -> None:
        other = "http://127.0.0.1:1"
        for settings, environ in (
            ({"address": bao.address}, {"BAO_ADDR": other}),
            ({}, {"BAO_ADDR": bao.address, "VAULT_ADDR": other}),
            ({}, {"VAULT_ADDR": bao.address + "/"}),
        ):
            remote = open_openbao(settings, {"path": bao.place()}, bao.secret_token, environ)
            assert dict(remote.snapshot().items) == {}
            remote.close()

    @pytest.mark.parametrize("content", [b"", b"\n", b"two words", b"line\nline", b"\xff\xfe"])
    def test_a_file_that_holds_no_token(
        self, bao: Bao, tmp_path_factory: pytest.TempPathFactory, content: bytes
    ) -> None:
        file = tmp_path_factory.mktemp("token") / "token"
        file.write_bytes(content)
        with pytest.raises(NotLoggedIn):
            open_openbao({**bao.settings, "token_file": str(file)}, {"path": "p"}, None, {})

    def test_a_token_file_that_is_gone(self, bao: Bao) -> None:
        with pytest.raises(NotLoggedIn) as error:
            open_openbao({**bao.settings, "token_file": "/nowhere/token"}, {"path": "p"}, None, {})
        assert isinstance(error.value.__cause__, KeydeckError)


class TestFindings:
    @LAYOUTS
    def test_all_is_well(self, bao: Bao, opened: Open, layout: str) -> None:
        remote = opened(bao, bao.place(), layout)
        results(remote, Write("A", value(), None))
        tried = findings(remote)
        assert all(finding.ok for finding in tried.values()), tried
        assert {"address", "sealed", "token", "mount", "path"} <= set(tried)
        assert f"layout {layout}, 1 secret" in tried["path"].detail

    @LAYOUTS
    def test_a_reader_s_rights_are_told_one_by_one(
        self, bao: Bao, opened: Open, layout: str, rules: Callable[..., str]
    ) -> None:
        place = bao.place()
        token = rules(
            {
                f"secret/data/{place}": ["read"],
                f"secret/data/{place}/*": ["read"],
                f"secret/metadata/{place}": ["list"],
            }
        )
        tried = findings(opened(bao, place, layout, token=token))
        told = {what: f.ok for what, f in tried.items() if what.startswith("may ")}
        assert told.pop("may read values")
        assert told.pop("may list names", True)
        assert set(told.values()) == {False}

    def test_a_bad_token(self, bao: Bao, opened: Open) -> None:
        tried = findings(opened(bao, bao.place(), token=value().reveal_text()))
        assert tried["address"].ok
        assert not tried["token"].ok
        assert "mount" not in tried

    def test_a_server_that_is_not_there(self, bao: Bao, opened: Open) -> None:
        (finding,) = opened(bao, bao.place(), address="http://127.0.0.1:1").test()
        assert not finding.ok

    def test_without_any_right_each_is_told(
        self, bao: Bao, opened: Open, rules: Callable[..., str]
    ) -> None:
        token = rules({"secret/data/elsewhere/*": ["read"]})
        tried = findings(opened(bao, bao.place(), token=token))
        assert tried["token"].ok
        assert tried["mount"].ok
        assert not tried["path"].ok
        told = [finding.ok for what, finding in tried.items() if what.startswith("may ")]
        assert told
        assert not any(told)

    @pytest.mark.parametrize(
        ("address", "stays_here"),
        [
            ("http://127.0.0.1:8200", True),
            ("http://localhost", True),
            ("http://[::1]:8200", True),
            ("http://127.evil.example", False),
            ("http://10.0.0.1", False),
        ],
    )
    def test_plain_http_is_told_unless_it_stays_on_this_machine(
        self, address: str, stays_here: bool
    ) -> None:
        assert parse_address(address).is_loopback is stays_here
