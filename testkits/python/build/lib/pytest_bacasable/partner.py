"""A partner: its certificate, its identity, and clients that are ready to call."""

import base64
import http.client
import json
import ssl
import urllib.parse
import uuid


class Partner:
    """A partner of a sandbox. Paths are those of files, for the libraries that want files."""

    def __init__(self, sandbox, id, path):
        self._sandbox, self._token, self._session, self._client = sandbox, {}, None, None
        bundle = sandbox.bundle(path)
        self.id, self.gateway = id, sandbox.gateway
        own = bundle if bundle["partner"] == id else sandbox.bundle(f"clients/{id}")
        self.siret = own["siret"]
        self.consumer_key, self.consumer_secret = own["consumer_key"], own["consumer_secret"]
        self.p12_password = bundle["pkcs12_password"]
        self.ca = self._file("ca.pem", bundle["ca"].encode())
        self.certificate = self._file(f"{path}.pem", bundle["certificate"].encode())
        self.key = self._file(f"{path}.key", bundle["key"].encode())
        self.p12 = self._file(f"{path}.p12", base64.b64decode(bundle["pkcs12"]))

    @property
    def cert(self):
        """Certificate and key, as requests wants them."""
        return self.certificate, self.key

    def ssl_context(self):
        """A new context that shows the certificate and trusts the test authority alone."""
        context = ssl.create_default_context(cafile=self.ca)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def token(self, scope=None):
        """A token from the token endpoint, asked for once until the next reset; all the convention's scopes by default."""
        if scope not in self._token:
            self._token[scope] = self._obtain(scope)
        return self._token[scope]

    @property
    def session(self):
        """A requests.Session: certificate, authority, token, X-Correlation-ID; a path alone is one of the gateway's."""
        if self._session is None:
            from .clients import session

            self._session = session(self)
        return self._session

    @property
    def client(self):
        """An httpx.Client of the same kind."""
        if self._client is None:
            from .clients import client

            self._client = client(self)
        return self._client

    def headers(self):
        """What a call needs: a token, and a new X-Correlation-ID."""
        return {"Authorization": f"Bearer {self.token()}", "X-Correlation-ID": str(uuid.uuid4())}

    def forget(self):
        self._token = {}

    def close(self):
        for one in (self._session, self._client):
            if one is not None:
                one.close()

    def _obtain(self, scope):
        if scope is None:
            known = self._sandbox.order("GET", f"conventions/{self.id}")
            scope = " ".join(known.get("scopes") or [])
        credentials = base64.b64encode(f"{self.consumer_key}:{self.consumer_secret}".encode()).decode()
        form = urllib.parse.urlencode({"grant_type": "client_credentials", **({"scope": scope} if scope else {})})
        headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/x-www-form-urlencoded"}
        address = urllib.parse.urlsplit(self.gateway)
        connection = http.client.HTTPSConnection(address.hostname, address.port, context=self.ssl_context(), timeout=30)
        try:
            connection.request("POST", "/token", form, headers)
            answer = connection.getresponse()
            body = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise AssertionError(f"POST /token: {answer.status} {body}")
        return json.loads(body)["access_token"]

    def _file(self, name, contents):
        """A file of the certs folder, as a path: written where the folder is not the server's own."""
        path = self._sandbox.certs / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(contents)
        return str(path)

