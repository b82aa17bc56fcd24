"""A client of the DGFiP's API gateway: mutual TLS, one token for many calls, a correlation identifier per request, patience.

Copy it into your project and make it yours; all it needs is `requests`.
"""

import threading
import time
import uuid
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import requests

R2P_SCOPES = "api_r2p_recherche_personne_physique api_r2p_resolution_spi"
LONGEST_WAIT = 90  # seconds; the gateway counts by the minute


class ApiError(Exception):
    """An answer that is not 2xx: quote its correlation identifier when you ask for help."""

    def __init__(self, response):
        try:
            body = response.json()
        except ValueError:  # a maintenance page, say
            body = {}
        fault = body.get("erreur") or body
        self.status = response.status_code
        self.code = fault.get("code") or fault.get("error")
        self.message = fault.get("message") or fault.get("error_description") or response.text[:200]
        self.correlation_id = response.headers.get("X-Correlation-ID")
        super().__init__(f"{self.status} {self.code}: {self.message} (X-Correlation-ID {self.correlation_id})")


class Client:
    def __init__(self, gateway, certs, partner, secret, siret, scope=R2P_SCOPES):
        self.gateway, self.credentials, self.siret, self.scope = gateway, (partner, secret), siret, scope
        self.session = requests.Session()  # keeps connections open
        self.session.cert = (f"{certs}/clients/{partner}.pem", f"{certs}/clients/{partner}.key")
        self.session.verify = f"{certs}/ca.pem"
        self.session.trust_env = False  # or REQUESTS_CA_BUNDLE, where it is set, wins over `verify`
        self.sleep = time.sleep
        self.tokens_obtained = 0
        self._token, self._expires, self._lock = None, 0.0, threading.Lock()

    def ficoba(self, search, motif, justification, criteria):
        """A FICOBA search: numCpte, spi, siretSiren, perPhy, perPro, verifIban or multiDet."""
        demand = {
            "dateDemande": datetime.now(timezone.utc).date().isoformat(),
            "motif": motif,
            "siretDemandeur": self.siret,
            "justification": justification,
            "criteresRecherche": criteria,
        }
        return self.call("POST", f"/fcb-masrestit/api/v2/comptes/{search}", json=demand)

    def person(self, spi):
        """The person that R2P knows under this SPI."""
        return self.call("GET", f"/r2p/v1/personne/{spi}")

    def call(self, method, path, **options):
        """One call: a refused token is renewed once, a used-up minute is waited for once."""
        renewed = waited = False
        while True:
            token = self.token()
            response = self._send(method, path, headers={"Authorization": f"Bearer {token}"}, **options)
            if response.status_code == 401 and not renewed:
                renewed = True
                self.forget(token)
            elif response.status_code == 429 and not waited and (pause := patience(response)) is not None:
                waited = True
                self.sleep(pause)
            elif response.ok:
                return response.json()
            else:
                raise ApiError(response)

    def token(self):
        """The token in force, or a new one a minute before that one expires."""
        with self._lock:
            if self._token is None or time.monotonic() > self._expires:
                form = {"grant_type": "client_credentials", "scope": self.scope}
                response = self._send("POST", "/token", auth=self.credentials, data=form)
                if not response.ok:
                    raise ApiError(response)
                answer = response.json()
                self.tokens_obtained += 1
                self._token, self._expires = answer["access_token"], time.monotonic() + answer["expires_in"] - 60
            return self._token

    def forget(self, token):
        """Another thread may have renewed it already: only the refused token is forgotten."""
        with self._lock:
            if self._token == token:
                self._token = None

    def _send(self, method, path, headers=(), **options):
        identifiers = {"X-Correlation-ID": str(uuid.uuid4()), "X-Request-ID": str(uuid.uuid4())}
        headers = {**identifiers, **dict(headers)}
        return self.session.request(method, self.gateway + path, headers=headers, timeout=(5, 30), **options)


def patience(response):
    """Seconds until `Retry-After`, seconds or a date by the gateway's own clock; None when that is too long to wait."""
    told = response.headers.get("Retry-After")
    if told is None:
        return None
    if told.isdecimal():
        pause = float(told)
    else:
        until, now = (parsedate_to_datetime(response.headers[name]) for name in ("Retry-After", "Date"))
        pause = max(0.0, (until - now).total_seconds())
    return pause if pause <= LONGEST_WAIT else None
