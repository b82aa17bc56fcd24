"""The traps of docs/clients.md that Python's libraries set, and their cures."""

import urllib.parse

import pytest

PERSON = "/r2p/v1/personne/3990000101192"
ACCOUNT = "/fcb-masrestit/api/v2/comptes/numCpte"


def form(**more):
    return {"grant_type": "client_credentials", **more}


def pool(partner):
    urllib3 = pytest.importorskip("urllib3")
    return urllib3.PoolManager(ca_certs=partner.ca, cert_file=partner.certificate, key_file=partner.key)


@pytest.mark.parametrize(("methods", "status"), [({}, 503), ({"allowed_methods": None}, 200)])
def test_urllib3_tries_a_post_again_only_if_told_to(sandbox, partner, methods, status):
    requests = pytest.importorskip("requests")
    from urllib3.util import Retry

    one = partner("editeur-demo")
    retry = Retry(total=2, status_forcelist=[429, 503], backoff_factor=0, raise_on_status=False, **methods)
    one.session.mount("https://", requests.adapters.HTTPAdapter(max_retries=retry))
    sandbox.fault({"status": 503}, operation="numCpte")
    demand = {
        "dateDemande": sandbox.clock.now()[:10],
        "motif": "0020",
        "siretDemandeur": one.siret,
        "justification": "essai",
        "criteresRecherche": {"iban": "FR7699010000010000010100185", "verificationCompte": "0"},
    }
    assert one.session.post(ACCOUNT, json=demand, headers={"X-Request-ID": "essai"}).status_code == status
    one.session.mount("https://", requests.adapters.HTTPAdapter())


@pytest.mark.parametrize(("multipart", "status"), [(True, 400), (False, 200)])
def test_urllib3_s_fields_are_multipart_unless_told_otherwise(partner, multipart, status):
    one = partner("editeur-demo")
    credentials = {"client_id": one.consumer_key, "client_secret": one.consumer_secret}
    url = one.gateway + "/token"
    assert pool(one).request("POST", url, fields=form(**credentials), encode_multipart=multipart).status == status
    body = urllib.parse.urlencode(form(**credentials))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert pool(one).request("POST", url, body=body, headers=headers).status == 200


def test_urllib3_waits_for_nothing_with_retries_false(sandbox, partner):
    one = partner("editeur-demo")
    headers = one.headers()
    sandbox.clock.freeze()  # a quota is that of a minute, and this one does not end
    sandbox.quota.exhaust("editeur-demo", "r2p")
    answer = pool(one).request("GET", one.gateway + PERSON, headers=headers, retries=False)
    assert answer.status == 429 and "Retry-After" in answer.headers  # with waits it would end in MaxRetryError


def test_requests_oauthlib_takes_a_scope_that_was_added(partner, monkeypatch):
    requests_oauthlib = pytest.importorskip("requests_oauthlib")
    from oauthlib.oauth2 import BackendApplicationClient

    one = partner("editeur-demo")
    scope = ["api_r2p_resolution_spi"]

    def fetch():
        client = BackendApplicationClient(client_id=one.consumer_key, scope=scope)
        session = requests_oauthlib.OAuth2Session(client=client, scope=scope)
        session.trust_env = False
        return session.fetch_token(one.gateway + "/token", client_secret=one.consumer_secret, verify=one.ca, cert=one.cert)

    with pytest.raises(Warning, match="Scope has changed"):
        fetch()
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
    assert fetch()["access_token"]


def test_the_environment_s_authorities_are_not_taken(partner, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    for library, client in (("requests", "session"), ("httpx", "client")):
        pytest.importorskip(library)
        assert getattr(partner("editeur-demo"), client).get(PERSON).status_code == 200
