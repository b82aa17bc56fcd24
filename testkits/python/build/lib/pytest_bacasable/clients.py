"""requests and httpx, set up for a partner. Imported only when asked for."""

import uuid


def session(partner):
    import requests

    class Auth(requests.auth.AuthBase):
        def __call__(self, request):
            return bearing(request, partner)

    class Session(requests.Session):
        def request(self, method, url, **kwargs):
            return super().request(method, partner.gateway + url if url.startswith("/") else url, **kwargs)

    made = Session()
    made.trust_env = False  # neither a proxy nor the authorities of the environment
    made.verify, made.cert, made.auth = partner.ca, partner.cert, Auth()
    return made


def client(partner):
    import httpx

    class Auth(httpx.Auth):
        def auth_flow(self, request):
            yield bearing(request, partner)

    return httpx.Client(base_url=partner.gateway, verify=partner.ssl_context(), trust_env=False, auth=Auth())


def bearing(request, partner):
    """The request with what it lacks: a token, an X-Correlation-ID."""
    if "Authorization" not in request.headers:
        request.headers["Authorization"] = f"Bearer {partner.token(None)}"
    if "X-Correlation-ID" not in request.headers:
        request.headers["X-Correlation-ID"] = str(uuid.uuid4())
    return request
