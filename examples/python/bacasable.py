"""What a test suite needs of bacasable: the console that sets the scene, and a partner who calls. Standard library only."""

import base64
import http.client
import json
import os
import ssl
import urllib.error
import urllib.parse
import urllib.request
import uuid

GATEWAY = os.environ.get("GATEWAY", "https://localhost:8443")
CONSOLE = os.environ.get("CONSOLE", "http://localhost:8080")
CERTS = os.environ.get("CERTS", "certs")


class Console:
    """Orders and questions to the admin API (docs/console.md)."""

    _direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy stands before a test tool

    def ask(self, method, path, order=None):
        request = urllib.request.Request(f"{CONSOLE}/admin/v1/{path}", method=method)
        if order is not None:
            request.data = json.dumps(order).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with self._direct.open(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None

    def reset(self, **what):
        """Everything, or only=[...], or partner=..."""
        return self.ask("POST", "reset", what)

    def clock(self, **order):
        """now=..., advance="PT61M", frozen=True: one order."""
        return self.ask("PUT", "clock", order)

    def fault(self, outcome, times=1, **match):
        """The next calls that match end like this; the id of the fault."""
        return self.ask("POST", "faults", {"match": match, "times": times, "outcome": outcome})["id"]

    def amend(self, partner, **patch):
        """Changes a convention until the next reset."""
        return self.ask("PATCH", f"conventions/{partner}", patch)

    def token(self, partner, **order):
        """A token minted for a test: expires_in=-10 for one that has expired."""
        return self.ask("POST", "tokens", {"partner": partner, **order})["access_token"]

    def quota(self, partner, api, used):
        """So many calls of this minute count as admitted."""
        return self.ask("PUT", "quotas", {"partner": partner, "api": api, "used": used})

    def entry(self, correlation_id):
        """What the journal says of one request."""
        page = self.ask("GET", f"journal/{correlation_id}")
        assert page["total"] == 1, page
        return page["entries"][0]


class Answer:
    """An answer of the gateway, and the identifier under which the journal has it."""

    def __init__(self, response, correlation_id):
        self.status, self.headers, self.correlation_id = response.status, response.headers, correlation_id
        self.text = response.read().decode()

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def code(self):
        """The code of a fault, whoever wrote it."""
        fault = self.json.get("erreur") or self.json.get("messageInformatif") or {}
        return fault.get("code")


class Partner:
    """A partner's client: its certificate, its token, the ID_Teleservice that SFiP asks for."""

    def __init__(self, id, certificate=None, teleservice=None):
        self.id, self.token, self.teleservice = id, None, teleservice
        path = f"{CERTS}/clients/{certificate or id}"
        self.tls = ssl.create_default_context(cafile=f"{CERTS}/ca.pem")
        self.tls.load_cert_chain(f"{path}.pem", f"{path}.key")

    def authenticate(self, scope=""):
        """A token from /token; kept for the calls that follow."""
        secret = base64.b64encode(f"{self.id}:secret-{self.id}".encode()).decode()
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": scope})
        headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded"}
        answer = self.send("POST", "/token", headers, form)
        assert answer.status == 200, answer.text
        self.token = answer.json["access_token"]
        return self

    def numero(self, iban, today, motif="0020", siret="20999001900017", justification="essai"):
        """FICOBA: the account of this IBAN."""
        demand = {
            "dateDemande": today,
            "motif": motif,
            "siretDemandeur": siret,
            "justification": justification,
            "criteresRecherche": {"iban": iban, "verificationCompte": "0"},
        }
        body = json.dumps(demand)
        return self.send("POST", "/fcb-masrestit/api/v2/comptes/numCpte", {"Content-Type": "application/json"}, body)

    def lep(self, spi, year, departement="380"):
        """SFiP 02GA: may this person have a livret d'épargne populaire in this year? The income asked of is that of the year before."""
        path = f"/sfip/v1/demandeDeService/02GA/departement/{departement}/annrev/{year - 1}/bareme/{year}/personne?spi={spi}"
        return self.send("GET", path, {"ID_Teleservice": self.teleservice})

    def situation(self, **person):
        """SFiP 02AA: the last assessment of income tax of this person."""
        query = urllib.parse.urlencode(person)
        path = f"/sfip/v1/demandeDeService/02AA/personne?{query}"
        return self.send("GET", path, {"ID_Teleservice": self.teleservice})

    def health(self):
        """FICOBA: is it open?"""
        return self.send("GET", "/fcb-masrestit/api/v2/etatSante")

    def send(self, method, path, headers=None, body=None):
        correlation_id = str(uuid.uuid4())
        sent = {"X-Correlation-ID": correlation_id, "X-Request-ID": correlation_id}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        sent.update(headers or {})
        address = urllib.parse.urlsplit(GATEWAY)
        connection = http.client.HTTPSConnection(address.hostname, address.port or 443, context=self.tls, timeout=30)
        try:
            connection.request(method, path, body, sent)
            return Answer(connection.getresponse(), correlation_id)
        finally:
            connection.close()
