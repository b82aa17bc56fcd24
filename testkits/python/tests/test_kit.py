"""The kit against a real server."""

import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import time
import urllib.request

import pytest

from pytest_bacasable import ConsoleError, Sandbox, SandboxDied

PERSON = "/r2p/v1/personne/3990000101192"


def test_a_person_is_found_with_requests(partner):
    pytest.importorskip("requests")
    person = partner("editeur-demo").session.get(PERSON).json()
    assert person["personnePhysique"]["etatCivil"]["lbNomNaissance"] == "VALBRUNE"


def test_a_person_is_found_with_httpx(partner):
    pytest.importorskip("httpx")
    person = partner("editeur-demo").client.get(PERSON).json()
    assert person["personnePhysique"]["etatCivil"]["lbNomNaissance"] == "VALBRUNE"


def call(partner, **headers):
    """Standard library only: status and body."""
    request = urllib.request.Request(partner.gateway + PERSON, headers={**partner.headers(), **headers})
    handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=partner.ssl_context())]
    try:
        with urllib.request.build_opener(*handlers).open(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_partner_has_all_that_a_client_needs(partner):
    one = partner("banque-horizon")
    assert one.siret.isdigit() and len(one.siret) == 14
    assert (one.consumer_key, one.consumer_secret) == ("banque-horizon", "secret-banque-horizon")
    for path in (one.ca, one.certificate, one.key, one.p12):
        assert pathlib.Path(path).exists()
    assert isinstance(one.ssl_context(), ssl.SSLContext)


def test_a_token_expires_with_the_clock(sandbox, partner):
    one = partner("editeur-demo")
    headers = one.headers()
    assert call(one, **headers)[0] == 200
    sandbox.clock.advance("PT61M")
    assert call(one, **headers)[0] == 401
    assert sandbox.explain()[-1].startswith("editeur-demo")


def test_the_clock_is_put_back_before_each_test(sandbox):
    assert abs(sandbox.order("GET", "clock")["offset_seconds"]) <= 1


def test_an_expired_token_is_refused(sandbox, partner):
    token = sandbox.token("editeur-demo", expires_in=-10)
    assert call(partner(), Authorization=f"Bearer {token}")[0] == 401


def test_a_quota_is_exhausted(sandbox, partner):
    sandbox.clock.freeze()  # a quota is that of a minute, and this one does not end
    sandbox.quota.exhaust("editeur-demo", "r2p")
    assert call(partner())[0] == 429
    assert sandbox.quota.of("editeur-demo", "r2p")["used"] == 1000
    with pytest.raises(ConsoleError, match="mutuelle-etatcivil has no convention for ficoba"):
        sandbox.quota.exhaust("mutuelle-etatcivil", "ficoba")


def test_a_fault_strikes_once(sandbox, partner):
    sandbox.fault({"code": "303001"}, api="r2p")
    assert [call(partner())[0] for _ in range(2)] == [500, 200]


def test_a_faulty_certificate_is_refused(sandbox, partner):
    pytest.importorskip("requests")
    faulty = partner("editeur-demo", certificate="expired").session
    assert faulty.get(PERSON, headers={"Authorization": f"Bearer {sandbox.token()}"}).status_code == 401
    assert "control certificate" in sandbox.explain()[-1]


def test_an_order_that_cannot_be_obeyed_says_why(sandbox):
    with pytest.raises(ConsoleError, match="422.*/now"):
        sandbox.clock.set("2026-02-30T10:00:00Z")


def test_settings_reach_the_server():
    with Sandbox(settings={"gateway.diagnostics": False}) as own:
        own.partner().headers()
        assert own.order("GET", "clock")["frozen"] is False
    with pytest.raises(SandboxDied, match="--population"):
        Sandbox(settings={"population": "plenty"})


def test_every_word_is_an_order_that_the_console_knows(sandbox):
    sandbox.clock.set("2026-11-22T10:00:00Z")
    assert sandbox.clock.freeze() == sandbox.clock.now() == sandbox.clock.advance("PT0S")
    sandbox.quota.set("editeur-demo", "r2p", 3)
    sandbox.reset(only=["tokens"])
    assert sandbox.quota.of("editeur-demo", "r2p")["used"] == 3
    sandbox.reset(partner="editeur-demo")
    assert sandbox.quota.of("editeur-demo", "r2p")["used"] == 0
    sandbox.clock.reset()
    assert sandbox.order("GET", "clock")["frozen"] is False
    assert sandbox.amend("editeur-demo", state="suspended")["state"] == "suspended"


def test_a_port_that_is_taken_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SandboxDied, match=f"gateway.listen: cannot listen on {address}"):
            Sandbox(settings={"gateway.listen": address})


def test_a_certs_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SandboxDied, match=f"{tmp_path}/file/certs"):
        Sandbox(settings={"certs": tmp_path / "file" / "certs"})


def test_two_servers_at_once_are_apart(sandbox, partner, tmp_path):
    with Sandbox(settings={"certs": tmp_path / "certs"}) as other:
        other.clock.freeze()
        other.quota.exhaust("editeur-demo", "r2p")
        assert (call(other.partner())[0], call(partner())[0]) == (429, 200)
    assert (tmp_path / "certs" / "ca.pem").exists()  # the settings named it: it is the caller's


def test_a_server_that_dies_is_reported_at_once_with_its_last_lines(pytester):
    pytester.makepyfile(
        """
        import os, signal

        def test_one(sandbox):
            process = sandbox._server._process
            process.kill()
            process.wait()
            assert False, "the client under test fails"

        def test_two(sandbox):
            pass
        """
    )
    result = pytester.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(["*bacasable ended with code -9; the last lines of its log:*"])


def test_the_report_of_a_failed_test_has_the_refused_controls(pytester):
    pytester.makepyfile(
        """
        import urllib.request

        def test_one(sandbox, partner):
            sandbox.amend("editeur-demo", networks=["192.0.2.0/24"])
            one = partner("editeur-demo")
            handler = urllib.request.HTTPSHandler(context=one.ssl_context())
            urllib.request.build_opener(handler).open(one.gateway + "/r2p/v1/personne/3990000101192")
        """
    )
    result = pytester.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*refused and failed requests*", "*403 900805*control address*"])


def test_a_program_that_is_not_there_is_named(monkeypatch):
    with pytest.raises(SandboxDied, match="/nowhere/bacasable: cannot be started"):
        Sandbox(binary="/nowhere/bacasable")
    monkeypatch.delenv("BACASABLE", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sysconfig.get_path", lambda _: "/nowhere")
    with pytest.raises(SandboxDied, match="pip install bacasable"):
        Sandbox()


def test_a_running_server_is_shared(sandbox, monkeypatch):
    monkeypatch.setenv("BACASABLE", f"{sandbox.console},{sandbox.gateway}")
    with Sandbox() as shared:
        assert (shared.console, shared.gateway) == (sandbox.console, sandbox.gateway)
        assert call(shared.partner("editeur-demo"))[0] == 200
        folder = shared.certs
    assert not folder.exists() and sandbox.is_alive()


def test_nothing_is_left_behind_by_a_run_that_is_killed():
    script = "from pytest_bacasable import Sandbox; s = Sandbox(); print(s._server._process.pid, s.certs, flush=True); input()"
    run = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pid, folder = run.stdout.readline().decode().split()
    assert pathlib.Path(folder).exists()
    run.kill()
    run.communicate()
    until = time.monotonic() + 30
    while time.monotonic() < until and (pathlib.Path(folder).exists() or is_running(int(pid))):
        time.sleep(0.05)
    assert not pathlib.Path(folder).exists() and not is_running(int(pid))


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody has waited for yet is none.
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
