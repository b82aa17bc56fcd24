"""What a good client does, against a running bacasable: `GATEWAY`, `CONSOLE` and `CERTS` say where."""

import os

import pytest
import requests

from dgfip import ApiError, Client

GATEWAY = os.environ.get("GATEWAY", "https://localhost:8443")
CONSOLE = os.environ.get("CONSOLE", "http://localhost:8080")
CERTS = os.environ.get("CERTS", "certs")
IBAN, SPI = "FR7699010000010000010100185", "3990000101192"  # of the persona celine-simple


def partner(name, siret="20999001900017"):
    return Client(GATEWAY, CERTS, name, f"secret-{name}", siret)


def account(client, iban=IBAN, justification="dossier 2026-0001"):
    return client.ficoba("numCpte", "0020", justification, {"iban": iban, "verificationCompte": "0"})


def console(method, path, body=None):
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(method, f"{CONSOLE}/admin/v1/{path}", json=body, timeout=10)
        answer.raise_for_status()


def test_one_token_serves_both_apis():
    client = partner("editeur-demo")
    found = account(client)["reponses"]["comptes"][0]
    person = client.person(SPI)["personnePhysique"]
    assert found["caracteristiqueCompte"]["iban"] == IBAN
    assert person["etatCivil"]["lbNomNaissance"] == "VALBRUNE"
    assert client.tokens_obtained == 1


def test_an_anomaly_is_an_error_with_its_code_and_is_not_tried_again():
    client = partner("editeur-demo")
    with pytest.raises(ApiError) as refusal:
        account(client, iban="FR00", justification="dossier 2026-0002")
    assert (refusal.value.status, refusal.value.code) == (400, "CAF002")
    assert refusal.value.correlation_id


def test_a_revoked_token_is_renewed_once():
    client = partner("editeur-demo")
    client._send("POST", "/revoke", auth=client.credentials, data={"token": client.token()}).raise_for_status()
    assert client.person(SPI)
    assert client.tokens_obtained == 2


def test_a_second_401_is_final():
    client = partner("partenaire-suspendu", siret="20999009200014")
    with pytest.raises(ApiError) as refusal:
        account(client, justification="dossier 2026-0003")
    assert (refusal.value.status, refusal.value.code) == (401, 900907)
    assert client.tokens_obtained == 2


def test_a_used_up_minute_is_waited_for():
    client, pauses = partner("editeur-demo"), []

    def sleep(seconds):  # instead of waiting, move the sandbox's clock
        pauses.append(seconds)
        console("PUT", "clock", {"advance": f"PT{seconds:.0f}S"})

    client.sleep = sleep
    console("PUT", "clock", {"frozen": True})
    console("PATCH", "conventions/editeur-demo", {"quotas": {"r2p": 1}})
    console("POST", "reset", {"only": ["quotas"]})
    try:
        assert client.person(SPI) and client.person(SPI)
    finally:
        console("POST", "reset", {"only": ["clock", "conventions", "quotas"]})
    assert len(pauses) == 1 and 0 < pauses[0] <= 60
