"""An original that answers as bacasable does, but for thirty differences: one an exchange, each with the name that
`parity compare` must give it. `original.py list` prints the names; `original.py serve ANSWERS CERT KEY` prints its port
and answers request n (the end of its X-Correlation-ID) with the n-th recorded answer, changed."""
import copy, json, ssl, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def body(change):
    def apply(answer):
        value = json.loads(answer["body"])
        changed = change(value)
        answer["body"] = json.dumps(value if changed is None else changed, ensure_ascii=False)
    return apply


def head(name, value):
    def apply(answer):
        answer["headers"] = [h for h in answer["headers"] if h[0].lower() != name]
        if value is not None:
            answer["headers"].append([name, value])
    return apply


def at(value, path):
    for key in path[:-1]:
        value = value[key]
    return value, path[-1]


def put(path, new):
    def change(value):
        inner, key = at(value, path)
        inner[key] = new(inner[key]) if callable(new) else new
    return body(change)


def drop(path):
    def change(value):
        inner, key = at(value, path)
        del inner[key]
    return body(change)


def status(code):
    def apply(answer):
        answer["status"] = code
    return apply


def whole(text, media=None):
    def apply(answer):
        answer["body"] = text
        if media:
            head("content-type", media)(answer)
    return apply


# kind of request, name of the difference, change
DIFFERENCES = [
    ("account", "status:numCpte", status(206)),
    ("account", "key:referenceDemande", drop(["referenceDemande"])),
    ("account", "key:enPlus", body(lambda v: v.update(enPlus="x"))),
    ("account", "key-order:", body(lambda v: dict(reversed(list(v.items()))))),
    ("account", "form:referenceDemande", put(["referenceDemande"], "FCB-2026-1")),
    ("account", "form:nombreReponses", put(["nombreReponses"], "1")),
    ("account", "type:nombreReponses", put(["nombreReponses"], 1)),
    ("account", "header:server", head("server", "WSO2-PassThrough-HTTP")),
    ("account", "header:x-correlation-id", head("x-correlation-id", None)),
    ("account", "header-value:x-correlation-id", head("x-correlation-id", "another")),
    ("account", "header-value:content-type", head("content-type", "application/vnd.dgfip+json")),
    ("account", "body:numCpte", whole("<html><body>Maintenance</body></html>", "text/html")),
    ("health", "body:etatSante", whole("")),
    ("health", "message:descriptif", put(["descriptif"], "API disponible")),
    ("health", "header:strict-transport-security", head("strict-transport-security", "max-age=31536000")),
    ("health", "header:vary", head("vary", "Accept-Encoding")),
    ("nobody", "code:messageInformatif.code", put(["messageInformatif", "code"], "CAF099")),
    ("nobody", "message:messageInformatif.message", put(["messageInformatif", "message"], "IBAN introuvable")),
    ("nobody", "form:messageInformatif.horodatage", put(["messageInformatif", "horodatage"], "22/11/2026 10:00")),
    ("refused", "header-value:www-authenticate", head("www-authenticate", 'Bearer realm="dgfip"')),
    ("refused", "header:www-authenticate", head("www-authenticate", None)),
    ("refused", "message:erreur.message", put(["erreur", "message"], "Jeton invalide")),
    ("refused", "code:erreur.code", put(["erreur", "code"], 900999)),
    ("refused", "type:erreur.code", put(["erreur", "code"], "900901")),
    ("refused", "key:erreur.description", put(["erreur"], lambda e: dict(e, description="x"))),
    ("refused", "key-order:erreur", put(["erreur"], lambda e: dict(reversed(list(e.items()))))),
    ("token", "value:expires_in", put(["expires_in"], 1799)),
    ("token", "header-value:cache-control", head("cache-control", "private")),
    ("token", "key:refresh_token", body(lambda v: v.update(refresh_token="r"))),
    ("token", "value:scope", put(["scope"], "default")),
]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def version_string(self):
        return ""

    def answer(self):
        length = int(self.headers.get("content-length") or 0)
        self.rfile.read(length)
        n = int(self.headers["x-correlation-id"][-4:])
        answer = copy.deepcopy(ANSWERS[n])
        if n > 0:
            DIFFERENCES[n - 1][2](answer)
        data = answer["body"].encode()
        self.log_request = lambda *a: None
        self.send_response_only(answer["status"])
        for name, value in answer["headers"]:
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = answer


if sys.argv[1] == "list":
    print(json.dumps([[kind, name] for kind, name, _ in DIFFERENCES]))
else:
    ANSWERS = json.load(open(sys.argv[2]))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], flush=True)
    server.serve_forever()
