"""Calls the gateway with each certificate, by Python's standard library alone: `<certificate> <what came back>`, a line each."""

import http.client
import json
import ssl
import sys

port, certs, version, path = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]


def context(name):
    trust = ssl.create_default_context(cafile=f"{certs}/ca.pem")
    fixed = ssl.TLSVersion.TLSv1_2 if version == "1.2" else ssl.TLSVersion.TLSv1_3
    trust.minimum_version = trust.maximum_version = fixed
    if name != "none":
        trust.load_cert_chain(f"{certs}/clients/{name}.pem", f"{certs}/clients/{name}.key")
    return trust


def probe(name):
    try:
        connection = http.client.HTTPSConnection("localhost", port, context=context(name), timeout=20)
        connection.request("GET", path)
        answer = connection.getresponse()
        return f"{answer.status} {json.loads(answer.read())['erreur']['code']}"
    except ssl.SSLError as error:
        return error.reason
    except OSError as error:
        return type(error).__name__


for name in sys.argv[5:]:
    print(name, probe(name))
