"""What lies between keydeck and the server: redirects, lost answers, trouble, impostors."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable

import httpx
import pytest
import trustme

from keydeck.domain.errors import KeydeckError, NetworkError
from keydeck.domain.remote import Write
from keydeck.domain.secret import SecretValue
from keydeck.remotes.openbao import connection, open_openbao
from keydeck.remotes.openbao.connection import Connection
from keydeck.remotes.openbao.patience import Patience
from keydeck.remotes.openbao.settings import parse_address
from remotes.helpers import Open, outcomes, results, seen, texts, value
from support.bao import Bao, free_port
from support.http import CUT, Request, Response, answer, forward, standing

LAYOUTS = pytest.mark.parametrize("layout", ["map", "path"])


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def patience(self) -> Patience:
        return Patience(clock=lambda: self.now, sleep=self.sleep)


def connect(address: str, patience: Patience | None = None) -> Connection:
    still = Patience(bound=1.0, sleep=lambda _: None)
    return Connection([parse_address(address)], value(), patience=patience or still)


def is_write(request: Request) -> bool:
    return request.method in ("PATCH", "POST") and "/secret/" in request.path


def test_a_redirect_to_another_host_is_refused_and_the_token_stays(bao: Bao, opened: Open) -> None:
    with standing(lambda _: answer(200, {"data": {}})) as other:

        def lead_astray(request: Request) -> Response:
            return answer(307, location=f"{other.address}{request.path}")

        with standing(lead_astray) as stand:
            remote = opened(bao, bao.place(), address=stand.address)
            with pytest.raises(NetworkError) as error:
                remote.snapshot()
        assert other.requests == []
        assert stand.requests[0].headers["x-vault-token"] == bao.token
    assert str(other.port) in error.value.what
    assert "token was not sent" in error.value.what


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}@evil.invalid{path}",
        "//evil.invalid{path}",
        "https://127.0.0.1:{port}{path}",
        "/v1/secret/data/elsewhere",
        "http://[::1",
        "",
        "ftp://127.0.0.1:{port}{path}",
    ],
)
def test_a_redirect_to_anything_but_the_same_call_is_refused(
    bao: Bao, opened: Open, location: str
) -> None:
    def lead_astray(request: Request) -> Response:
        if len(stand.requests) > 1:
            return answer(200, {"data": {}})
        return answer(307, location=location.format(port=stand.port, path=request.path))

    with standing(lead_astray) as stand:
        remote = opened(bao, bao.place(), address=stand.address)
        with pytest.raises(NetworkError):
            remote.snapshot()
        assert len(stand.requests) == 1


def test_a_redirect_on_the_same_host_is_followed_with_its_body(bao: Bao, opened: Open) -> None:
    place, mine = bao.place(), value()
    real = forward(bao.address)

    def through_a_prefix(request: Request) -> Response:
        if not request.path.startswith("/inner"):
            return answer(308, location=f"/inner{request.path}")
        return real(request._replace(path=request.path.removeprefix("/inner")))

    with standing(through_a_prefix) as stand:
        remote = opened(bao, place, address=stand.address)
        assert results(remote, Write("A", mine, None)) == {"A": "done"}
    assert bao.root.get(place) == {"A": mine.reveal_text()}


def test_a_circle_of_redirects_ends(bao: Bao, opened: Open) -> None:
    with standing(lambda request: answer(307, location=request.path)) as stand:
        with pytest.raises(NetworkError, match="circle"):
            opened(bao, bao.place(), address=stand.address).snapshot()
        assert len(stand.requests) == 4


def test_a_standby_whose_leader_died_is_waited_for(bao: Bao, opened: Open) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    real, place, mine, clock = forward(bao.address), bao.place(), value(), Clock()
    refused = iter(range(5))

    def failing_over(request: Request) -> Response:
        if is_write(request) and next(refused, None) is not None:
            return answer(307, location=f"{dead}{request.path}")
        return real(request)

    with standing(failing_over) as stand:
        remote = opened(bao, place, address=stand.address, patience=clock.patience())
        assert results(remote, Write("A", mine, None)) == {"A": "done"}
    assert len(clock.pauses) == 5
    assert bao.root.get(place) == {"A": mine.reveal_text()}


@LAYOUTS
def test_a_write_whose_answer_is_lost_is_one_write_and_done(
    bao: Bao, opened: Open, layout: str
) -> None:
    place, real = bao.place(), forward(bao.address)
    lost: list[str] = []

    def cut_first_answers(request: Request) -> Response:
        found = real(request)
        if is_write(request) and request.path not in lost and found.status in (200, 204):
            lost.append(request.path)
            return CUT
        return found

    with standing(cut_first_answers) as stand:
        remote = opened(bao, place, layout, address=stand.address)
        first, second = value(), value()
        assert results(remote, Write("A", first, None)) == {"A": "done"}
        assert len(lost) == 1
        lost.clear()
        assert results(remote, Write("A", second, seen(remote, "A"))) == {"A": "done"}
        assert len(lost) == 1
        path = place if layout == "map" else f"{place}/A"
        assert bao.root.version(path) == 2
        assert texts(remote) == {"A": second.reveal_text()}
        lost.clear()
        assert results(remote, Write("A", None, seen(remote, "A"))) == {"A": "done"}
        assert len(lost) == 1
    assert texts(opened(bao, place, layout)) == {}


@LAYOUTS
def test_a_lost_answer_and_a_stranger_is_stale(bao: Bao, opened: Open, layout: str) -> None:
    place, real = bao.place(), forward(bao.address)
    path = place if layout == "map" else f"{place}/A"
    stranger = value().reveal_text()
    cut: list[bool] = []

    def cut_then_overwrite(request: Request) -> Response:
        found = real(request)
        if is_write(request) and not cut:
            cut.append(True)
            bao.root.put(path, {"A": stranger, "value": stranger})
            return CUT
        return found

    with standing(cut_then_overwrite) as stand:
        remote = opened(bao, place, layout, address=stand.address)
        assert results(remote, Write("A", value(), None)) == {"A": "stale"}
    assert texts(opened(bao, place, layout))["A"] == stranger


@LAYOUTS
def test_a_write_that_never_arrived_is_sent_again(bao: Bao, opened: Open, layout: str) -> None:
    place, real, mine = bao.place(), forward(bao.address), value()
    cut: list[Request] = []

    def cut_before(request: Request) -> Response:
        if is_write(request) and not cut:
            cut.append(request)
            return CUT
        return real(request)

    with standing(cut_before) as stand:
        remote = opened(bao, place, layout, address=stand.address)
        assert results(remote, Write("A", mine, None)) == {"A": "done"}
        sent = [request.body for request in stand.requests if is_write(request)]
    assert len(sent) == 2
    assert sent[0] == sent[1]


@pytest.mark.parametrize(
    "trouble",
    [
        answer(429, {"errors": ['request path "x": rate limit quota exceeded']}),
        answer(429, {"errors": []}),
        answer(500, {"errors": ["local node not active but active cluster node not found"]}),
        answer(502),
        Response(502, b"<html>Bad gateway</html>"),
        answer(503, {"errors": ["no leader"]}),
        answer(504),
        answer(412, {"errors": ["required index state not present"]}),
    ],
    ids=lambda response: str(response.status),
)
def test_later_is_tried_again_with_growing_pauses(
    bao: Bao, opened: Open, trouble: Response
) -> None:
    place, real, clock = bao.place(), forward(bao.address), Clock()
    left = iter(range(6))

    def later(request: Request) -> Response:
        return real(request) if next(left, None) is None else trouble

    with standing(later) as stand:
        remote = opened(bao, place, address=stand.address, patience=clock.patience())
        assert dict(remote.snapshot().items) == {}
    assert len(clock.pauses) == 6
    assert clock.pauses[4] > clock.pauses[0]
    assert all(0 < pause <= 2.0 for pause in clock.pauses)


def test_patience_ends_at_its_bound() -> None:
    clock = Clock()
    stopped = pytest.raises(NetworkError, match="503")
    with standing(lambda _: answer(503, {"errors": ["no leader"]})) as stand, stopped:
        connect(stand.address, clock.patience()).call("GET", "sys/health")
    assert 20 < clock.now <= 25


def test_what_the_server_asks_for_is_waited() -> None:
    clock = Clock()
    replies = [answer(429, {"errors": ["quota"]}, retry_after="7"), answer(200, {"data": {}})]
    with standing(lambda _: replies.pop(0)) as stand:
        assert connect(stand.address, clock.patience()).call("GET", "x").ok
    assert clock.pauses == [7.0]


def test_a_lasting_500_is_not_tried_again(bao: Bao, opened: Open) -> None:
    real, clock = forward(bao.address), Clock()
    text = "1 error occurred:\n\t* put failed due to value being too large; got 156 bytes\n\n"

    def too_large(request: Request) -> Response:
        return answer(500, {"errors": [text]}) if is_write(request) else real(request)

    with standing(too_large) as stand:
        remote = opened(bao, bao.place(), address=stand.address, patience=clock.patience())
        done = outcomes(remote, Write("A", value(), None))["A"]
    assert (done.result, done.code) == ("failed", 11)
    assert "larger" in done.error
    assert clock.pauses == []


def test_one_value_too_large_does_not_stop_the_rest(bao: Bao, opened: Open) -> None:
    """A server with tighter limits: batches are halved until what fits is written."""
    place, real = bao.place(), forward(bao.address)

    def tight(request: Request) -> Response:
        if is_write(request) and len(request.json()["data"]) > 20:
            text = "refused JSON input due to high complexity: exceeded maximum number of strings"
            return answer(400, {"errors": [text]})
        if is_write(request) and "BIG" in request.json()["data"]:
            return answer(413, {"errors": ["http: request body too large"]})
        return real(request)

    rows = [Write(f"N{number}", value(), None) for number in range(100)]
    rows.insert(50, Write("BIG", value(), None))
    with standing(tight) as stand:
        done = results(opened(bao, place, address=stand.address), *rows)
    assert done.pop("BIG") == "failed"
    assert set(done.values()) == {"done"}
    assert bao.root.get(place) == {
        row.name: row.value.reveal_text() for row in rows if row.value and row.name != "BIG"
    }


def test_a_refusal_never_repeats_a_value(bao: Bao, opened: Open) -> None:
    real, mine = forward(bao.address), value()

    def echo(request: Request) -> Response:
        if is_write(request):
            return answer(400, {"errors": [f"can't take {request.body.decode()}"]})
        return real(request)

    with standing(echo) as stand:
        done = outcomes(opened(bao, bao.place(), address=stand.address), Write("A", mine, None))
    assert done["A"].result == "failed"
    assert mine.reveal_text() not in done["A"].error


@pytest.mark.parametrize(
    "body",
    [b"<html>hello</html>", b"[1, 2]", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"a": NaN'],
)
def test_what_is_no_json_object_is_no_server(bao: Bao, opened: Open, body: bytes) -> None:
    with standing(lambda _: Response(200, body)) as stand:
        with pytest.raises(NetworkError, match="no OpenBao"):
            opened(bao, bao.place(), address=stand.address).snapshot()
        assert len(stand.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"data": None},
        {"data": []},
        {"data": {"data": [], "metadata": 5}},
        {"data": {"data": {"A": "x"}, "metadata": {"version": "many", "created_time": 7}}},
        {"errors": {"a": 1}},
        {},
    ],
)
def test_odd_shapes_never_crash(bao: Bao, opened: Open, body: object) -> None:
    real = forward(bao.address)

    def odd(request: Request) -> Response:
        return answer(200, body) if "/data/" in request.path else real(request)

    with standing(odd) as stand:
        for layout in ("map", "path"):
            remote = opened(bao, bao.place(), layout, address=stand.address)
            try:
                remote.snapshot(["A"])
                list(remote.apply([Write("A", value(), None)]))
            except KeydeckError:
                continue


def test_packed_answers_are_refused_unread(bao: Bao, opened: Open) -> None:
    packed = Response(200, b"\x1f\x8b" + b"\0" * 100, {"Content-Encoding": "gzip"})
    with standing(lambda _: packed) as stand:
        with pytest.raises(NetworkError):
            opened(bao, bao.place(), address=stand.address).snapshot()
        assert stand.requests[0].headers["accept-encoding"] == "identity"


def test_an_answer_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_ANSWER", 100_000)
    stopped = pytest.raises(NetworkError, match="larger")
    with standing(lambda _: Response(200, b" " * 200_000)) as stand, stopped:
        connect(stand.address).call("GET", "sys/health")


def test_a_server_that_is_not_there_is_told_at_once(bao: Bao, opened: Open) -> None:
    clock = Clock()
    address = f"http://127.0.0.1:{free_port()}"
    remote = opened(bao, bao.place(), address=address, patience=clock.patience())
    with pytest.raises(NetworkError, match="can't be reached") as error:
        remote.snapshot()
    assert clock.pauses == []
    assert error.value.__suppress_context__  # httpx's own error holds the token


def test_a_server_that_goes_away_is_waited_for(
    bao_factory: Callable[[], Bao], opened: Open
) -> None:
    server, clock = bao_factory(), Clock()
    remote = opened(server, server.place(), patience=clock.patience())
    remote.snapshot()
    server.stop()
    with pytest.raises(NetworkError):
        list(remote.apply([Write("A", value(), None)]))
    assert len(clock.pauses) > 5


def test_closing_ends_the_wait() -> None:
    import threading

    asked = threading.Event()

    def trouble(_: Request) -> Response:
        asked.set()
        return answer(503, {"errors": ["no leader"]})

    raised: list[Exception] = []

    def run() -> None:
        try:
            held.call("GET", "x")
        except NetworkError as error:
            raised.append(error)

    with standing(trouble) as stand:
        held = connect(stand.address, Patience(first=1000.0, longest=1000.0, bound=5000.0))
        thread = threading.Thread(target=run)
        thread.start()
        assert asked.wait(10)
        held.close()
        thread.join(10)
    assert not thread.is_alive()
    assert "closed" in str(raised[0])


def test_a_second_address_takes_over(bao: Bao, opened: Open) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    place = bao.place()
    bao.root.put(place, {"A": "there"})
    remote = opened(bao, place, address=f"{dead}, {bao.address}")
    assert texts(remote) == {"A": "there"}


def test_reads_ask_the_leader_once_the_cluster_is_known(bao: Bao, opened: Open) -> None:
    import base64

    real = forward(bao.address)
    told = base64.b64encode(b'{"cluster":"one","value":"35"}').decode()

    def with_index(request: Request) -> Response:
        found = real(request)
        return found._replace(headers={"X-Vault-Index": told})

    with standing(with_index) as stand:
        remote = opened(bao, bao.place(), address=stand.address)
        remote.snapshot()
        results(remote, Write("A", value(), None))
    first, *rest = stand.requests
    assert "x-vault-index" not in first.headers
    for request in rest:
        if request.method == "GET":
            index = json.loads(base64.b64decode(request.headers["x-vault-index"]))
            assert index["cluster"] == "one"
            assert int(index["value"]) > 10**15
            assert request.headers["x-vault-inconsistent"] == "forward-active-node"
        else:
            assert "x-vault-index" not in request.headers


def test_no_proxy_is_taken_from_the_environment(
    bao: Bao, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standing(lambda _: answer(200, {})) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.address)
        assert dict(opened(bao, bao.place()).snapshot().items) == {}
        assert proxy.requests == []


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def tls(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


@pytest.mark.parametrize("how", ["ca_file", "BAO_CACERT", "SSL_CERT_FILE"])
def test_a_private_ca_is_trusted_where_it_is_named(
    bao: Bao, authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory, how: str
) -> None:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    place = bao.place()
    bao.root.put(place, {"A": "over TLS"})
    with standing(forward(bao.address), tls(authority, "127.0.0.1")) as stand:
        named = {how: str(file)}
        remote = open_openbao(
            {"address": stand.address, **(named if how == "ca_file" else {})},
            {"path": place},
            bao.secret_token,
            named,
        )
        assert texts(remote) == {"A": "over TLS"}
        remote.close()


@pytest.mark.parametrize("case", ["no CA", "wrong name"])
def test_a_server_that_can_t_be_trusted_gets_no_token(
    bao: Bao,
    opened: Open,
    authority: trustme.CA,
    tmp_path_factory: pytest.TempPathFactory,
    case: str,
) -> None:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    host = "127.0.0.1" if case == "no CA" else "bao.invalid"
    named = {} if case == "no CA" else {"ca_file": str(file)}
    with standing(forward(bao.address), tls(authority, host)) as stand:
        with pytest.raises(NetworkError, match="can't be trusted"):
            opened(bao, bao.place(), address=stand.address, **named).snapshot()
        assert stand.requests == []


def test_https_to_a_plain_server_is_told(bao: Bao, opened: Open) -> None:
    address = bao.address.replace("http:", "https:")
    with pytest.raises(NetworkError, match="https"):
        opened(bao, bao.place(), address=address).snapshot()


def test_a_silent_server_is_told(bao: Bao) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        held = Connection([parse_address(address)], SecretValue("t"), timeout=httpx.Timeout(0.2))
        with pytest.raises(NetworkError, match="in time"):
            held.call("GET", "sys/health")
        held.close()


def test_plain_http_to_a_tls_server_is_told(bao: Bao, opened: Open) -> None:
    text = b"Client sent an HTTP request to an HTTPS server.\n"
    with (
        standing(lambda _: Response(400, text)) as stand,
        pytest.raises(NetworkError, match="wants https"),
    ):
        opened(bao, bao.place(), address=stand.address).snapshot()


def test_half_a_character_from_a_server_is_survived(bao: Bao, opened: Open) -> None:
    """A real server never sends one; whatever sits at its address might."""
    real = forward(bao.address)
    body = b'{"data": {"data": {"\\ud800": "x", "A": "\\udfff"}, "metadata": {"version": 1}}}'

    def odd(request: Request) -> Response:
        return Response(200, body) if "/data/" in request.path else real(request)

    with standing(odd) as stand:
        items = opened(bao, bao.place(), address=stand.address).snapshot().items
    assert list(items) == ["A"]
    assert items["A"].value is not None
    assert not items["A"].value.is_text
