"""A running server, and what a test orders of it through its console (docs/console.md of bacasable)."""

import json
import os
import pathlib
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from .partner import Partner
from .server import Server, SandboxDied

__all__ = ["ConsoleError", "Sandbox", "SandboxDied"]


class ConsoleError(AssertionError):
    """The console refuses an order; the message says why."""


class Sandbox:
    """A server: one of its own, or the running one that the variable BACASABLE names as CONSOLE_URL[,GATEWAY_URL]."""

    _direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy stands before a test tool

    def __init__(self, binary=None, fixtures=None, settings=None):
        named = binary or os.environ.get("BACASABLE", "")
        if str(named).startswith(("http://", "https://")):
            self._server = None
            self.console, self.gateway = addresses(str(named))
            self._scratch = tempfile.TemporaryDirectory(prefix="bacasable-")
            self.certs = pathlib.Path(self._scratch.name)
        else:
            self._server = Server(binary, fixtures, settings)
            self.gateway, self.console, self.certs = self._server.gateway, self._server.console, self._server.certs
            self._scratch = None
        self.clock, self.quota = Clock(self), Quota(self)
        self._partners = {}

    def partner(self, id="editeur-demo", certificate=None):
        """A partner; with certificate="expired" and the like, one that shows a faulty certificate."""
        key = (id, certificate)
        if key not in self._partners:
            path = f"clients/invalid/{certificate}" if certificate else f"clients/{id}"
            self._partners[key] = Partner(self, id, path)
        return self._partners[key]

    def token(self, partner="editeur-demo", **order):
        """A token minted by the console: scopes=[...], expires_in=-10 for one that has expired."""
        return self.order("POST", "tokens", {"partner": partner, **order})["access_token"]

    def fault(self, outcome, times=1, **match):
        """The next calls that match (api=, operation=, partner=, criteria=) end like this; the id of the order."""
        order = {"match": match, "outcome": outcome, **({"times": times} if times else {})}
        return self.order("POST", "faults", order)["id"]

    def amend(self, partner, **patch):
        """Changes a convention until the next reset."""
        return self.order("PATCH", f"conventions/{partner}", patch)

    def reset(self, **what):
        """Everything as at the start, or only=[...], or partner=..."""
        self.order("POST", "reset", what)
        for partner in self._partners.values():
            partner.forget()

    def journal(self, **filters):
        """The entries, oldest first: partner=, api=, operation=, status=, code=, control=, correlation_id=, limit=."""
        return self.order("GET", f"journal?{urllib.parse.urlencode(filters)}")["entries"]

    def explain(self, **filters):
        """What the journal says of refused and failed requests, one line each."""
        return [told(entry) for entry in self.journal(**filters) if (entry.get("status") or 500) >= 400]

    def order(self, method, path, body=None):
        """An order to the admin API, or a question."""
        request = urllib.request.Request(f"{self.console}/admin/v1/{path}", method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        return json.loads(self.read(request, f"{method} {path}") or "null")

    def bundle(self, path):
        """All that one client needs, as the console gives it."""
        return json.loads(self.read(urllib.request.Request(f"{self.console}/certs/{path}.json"), path))

    def read(self, request, what):
        try:
            with self._direct.open(request, timeout=30) as response:
                return response.read()
        except urllib.error.HTTPError as error:
            raise ConsoleError(f"{what}: {error.code} {error.read().decode()}") from None
        except OSError as error:
            raise SandboxDied(self._server.epitaph() if self._server else f"{self.console}: {error}") from None

    def is_alive(self):
        return self._server is None or self._server.is_alive()

    def stop(self):
        """Ends the server, if it is of our own, and leaves nothing behind."""
        for partner in self._partners.values():
            partner.close()
        if self._server:
            self._server.stop()
        if self._scratch:
            self._scratch.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Clock:
    """The server's clock."""

    def __init__(self, sandbox):
        self._order = sandbox.order

    def now(self):
        return self._order("GET", "clock")["now"]

    def set(self, now):
        return self._order("PUT", "clock", {"now": now})["now"]

    def advance(self, duration):
        """By an ISO 8601 duration: PT61M."""
        return self._order("PUT", "clock", {"advance": duration})["now"]

    def freeze(self):
        return self._order("PUT", "clock", {"frozen": True})["now"]

    def reset(self):
        self._order("DELETE", "clock")


class Quota:
    """How many calls of this minute count as admitted."""

    def __init__(self, sandbox):
        self._order = sandbox.order

    def of(self, partner, api):
        for line in self._order("GET", f"quotas?partner={partner}"):
            if line["api"] == api:
                return line
        raise ConsoleError(f"{partner} has no convention for {api}")

    def set(self, partner, api, used):
        return self._order("PUT", "quotas", {"partner": partner, "api": api, "used": used})

    def exhaust(self, partner, api):
        """The next call of this minute is refused with 429."""
        return self.set(partner, api, self.of(partner, api)["limit"])


def addresses(named):
    """CONSOLE_URL[,GATEWAY_URL]: without the second, port 8443 of the same host."""
    console, _, gateway = named.partition(",")
    host = urllib.parse.urlsplit(console).hostname
    return console.rstrip("/"), (gateway or f"https://{host}:8443").rstrip("/")


def told(entry):
    """One entry, in one line."""
    refused = [control for control in entry.get("controls", []) if control["verdict"] == "refused"]
    why = "; ".join(f"control {control['control']}: {control.get('reason')}" for control in refused)
    what = " ".join(str(entry[key]) for key in ("partner", "api", "operation", "status", "code") if entry.get(key))
    why = why or entry.get("note") or ""
    return f"{what} [{entry.get('correlation_id')}]" + (f": {why}" if why else "")
