"""Holds what the kits ask of the console to the console's own description, /openapi/console.json.

Their clients are written, not generated: a kit asks for no library but its test runner's. So that they stay true, their tests run with this
program in the place of bacasable:

    DESCRIBED=PROGRAM DESCRIBED_CALLS=FILE described.py serve ...   starts PROGRAM, and stands before its console
    described.py --check FILE                                      what FILE says of one kit's tests: exit code 1, and why, or 0

A call that is not described (the operation, a parameter, a member of its body, the status or the type of its answer) is answered with 500 and
that reason, and --check tells it again. Members of an answer that are not described are taken out, so that a kit that reads one finds
nothing. --check also wants each order and each member of it that the kits share (ORDERS) to have been given by the tests.
"""

import http.client
import http.server
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.parse

from jsonschema import Draft202012Validator

# What every kit's words send: an operation, and the members of its body or the parameters of its query.
ORDERS = {
    "read-clock": [],
    "put-clock": ["now", "advance", "frozen"],
    "delete-clock": [],
    "read-quotas": ["partner"],
    "put-quotas": ["partner", "api", "used"],
    "post-faults": ["match", "outcome", "times"],
    "read-conventions-id": [],
    "patch-conventions-id": [],
    "post-tokens": ["partner", "expires_in"],
    "post-reset": ["only", "partner"],
    "read-journal": [],
    "read-certs-clients-name": [],
    "read-certs-clients-invalid-name": [],
}


class NotDescribed(Exception):
    """A call that the description does not have."""


class Description:
    """The console's description, as calls are compared with it."""

    def __init__(self, document):
        self.document = document
        paths = sorted(document["paths"].items(), key=lambda item: item[0].count("{"))
        self.paths = [(re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path) + "$"), item) for path, item in paths]

    def operation(self, method, path):
        for pattern, item in self.paths:
            if pattern.match(path):
                if method.lower() in item:
                    return item[method.lower()]
                raise NotDescribed(f"{method} {path}: the path is described, the method is not")
        raise NotDescribed(f"{method} {path}: no such path is described")

    def asked(self, operation, query, body):
        """Compares the request; the names that it sends."""
        known = {one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == "query"}
        for name, value in query:
            if name not in known:
                raise NotDescribed(f"{operation['operationId']}: no parameter {name} is described")
            is_number = known[name].get("type") == "integer" and value.lstrip("-").isdigit()
            self.fits(int(value) if is_number else value, known[name], f"the parameter {name}")
        names = [name for name, _ in query]
        if body:
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is None:
                raise NotDescribed(f"{operation['operationId']}: no body is described")
            sent = json.loads(body)
            self.fits(sent, content["schema"], f"{operation['operationId']}: the body")
            names += sent if isinstance(sent, dict) else []
        return names

    def answered(self, operation, status, kind, body):
        """Compares the answer; its body, with what is described alone."""
        described = operation["responses"].get(str(status))
        if described is None:
            raise NotDescribed(f"{operation['operationId']}: no status {status} is described")
        content = described.get("content", {}).get(kind)
        if content is None:
            raise NotDescribed(f"{operation['operationId']}: {status} as {kind} is not described")
        if "json" not in kind or "schema" not in content:
            return body
        kept = self.kept(json.loads(body), [content["schema"]])
        self.fits(kept, content["schema"], f"{operation['operationId']}: the answer")
        return json.dumps(kept, ensure_ascii=False).encode()

    def fits(self, value, schema, what):
        whole = {**schema, "components": self.document["components"]}
        for error in Draft202012Validator(whole).iter_errors(value):
            raise NotDescribed(f"{what}: {error.json_path}: {error.message}")

    def kept(self, value, schemas):
        """The value without the members that no schema names, unless one takes members of any name."""
        schemas = [plain for schema in schemas for plain in self.alternatives(schema)]
        if isinstance(value, list):
            items = [schema["items"] for schema in schemas if "items" in schema]
            return [self.kept(one, items) for one in value] if items else value
        named = [schema for schema in schemas if "properties" in schema]
        if not isinstance(value, dict) or not named:
            return value
        members = {name: [schema["properties"][name] for schema in named if name in schema["properties"]] for name in value}
        is_open = any(schema.get("additionalProperties") for schema in schemas)
        return {name: self.kept(one, members[name]) for name, one in value.items() if members[name] or is_open}

    def alternatives(self, schema):
        if "$ref" in schema:
            return self.alternatives(self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        parts = [part for key in ("anyOf", "oneOf", "allOf") for part in schema.get(key, [])]
        return [schema] + [plain for part in parts for plain in self.alternatives(part)]


def console_before(address):
    """A console that passes everything on to the one at this address, and compares it; its port."""
    host = urllib.parse.urlsplit(address).netloc

    def exchange(method, target, body, headers):
        connection = http.client.HTTPConnection(host, timeout=60)
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    description = Description(json.loads(exchange("GET", "/openapi/console.json", None, {})[2]))

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self):
            url = urllib.parse.urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            headers = {name: value for name, value in self.headers.items() if name.lower() in ("content-type", "accept", "authorization")}
            call = {"operation": f"{self.command} {url.path}", "names": []}
            try:
                operation = description.operation(self.command, url.path)
                call["operation"] = operation["operationId"]
                call["names"] = description.asked(operation, urllib.parse.parse_qsl(url.query), body)
                status, told, text = exchange(self.command, self.path, body, headers)
                kind = told.get("content-type", "").split(";")[0]
                text = description.answered(operation, status, kind, text)
            except NotDescribed as found:
                call["fault"] = str(found)
                status, kind, text = 500, "text/plain", f"not in /openapi/console.json: {found}".encode()
            except OSError as gone:  # the server is: nor is there a console
                self.close_connection = True
                print(f"described.py: {gone}", file=sys.stderr)
                return
            with open(os.environ["DESCRIBED_CALLS"], "a") as calls:
                calls.write(json.dumps(call) + "\n")
            self.send_response(status)
            for name, value in (("Content-Type", kind), ("Content-Length", len(text)), ("Connection", "close")):
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(text)
            self.close_connection = True

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def serve(arguments):
    """The program, with a console of ours before its own; it ends as the program does."""
    program = subprocess.Popen([os.environ["DESCRIBED"], *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    # The end of our input is the end of its input: what --parent-watch looks at. Ours is closed too when we are killed.
    def watch():
        while os.read(0, 4096):
            pass
        program.stdin.close()

    threading.Thread(target=watch, daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: program.send_signal(number))
    line = program.stdout.readline().decode()
    ready = re.match(r"ready gateway=\S+ console=(\S+)", line)
    if ready:
        line = line.replace(ready[1], f"http://127.0.0.1:{console_before(ready[1])}")
    sys.stdout.write(line)
    sys.stdout.flush()
    for line in program.stdout:
        sys.stdout.buffer.write(line)
        sys.stdout.flush()
    code = program.wait()
    sys.stdout.flush()
    os._exit(code if code >= 0 else 128 - code)


def check(path):
    """What is wrong with the calls of one kit's tests."""
    given, wrong = {}, []
    for line in open(path) if os.path.exists(path) else []:
        call = json.loads(line)
        given.setdefault(call["operation"], set()).update(call["names"])
        wrong += [call["fault"]] if "fault" in call else []
    for operation, names in ORDERS.items():
        if operation not in given:
            wrong.append(f"{operation}: no test gives this order")
        else:
            wrong += [f"{operation}: no test sends {name}" for name in names if name not in given[operation]]
    for one in dict.fromkeys(wrong):
        print(f"console.json: {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        sys.exit(check(sys.argv[2]))
    if sys.argv[1:2] != ["serve"]:
        os.execv(os.environ["DESCRIBED"], [os.environ["DESCRIBED"], *sys.argv[1:]])
    serve(sys.argv[1:])
