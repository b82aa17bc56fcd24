"""requests, with urllib3's Retry as the documentation of requests has it (Advanced usage, "Example: Automatic Retries")."""

import os

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

session = requests.Session()
retries = Retry(total=3, backoff_factor=0.1, status_forcelist=[502, 503, 504], allowed_methods={"POST"})
session.mount("https://", HTTPAdapter(max_retries=retries))
certs, partner = os.environ["CERTS"], os.environ["PARTNER"]
identifier = os.environ["CORRELATION"]
answer = session.post(
    os.environ["URL"],
    data=os.environ["BODY"].encode(),
    headers={
        "Authorization": f"Bearer {os.environ['TOKEN']}",
        "X-Correlation-ID": identifier,
        "X-Request-ID": identifier,
        "Content-Type": "application/json",
    },
    cert=(f"{certs}/clients/{partner}.pem", f"{certs}/clients/{partner}.key"),
    verify=f"{certs}/ca.pem",
)
print(answer.status_code)
