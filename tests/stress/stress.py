"""What the stress scripts share: a server of their own, clients that keep count, and a verdict.

Everything happens on 127.0.0.1, on free ports, in a temporary folder; only processes started here are stopped. Python's
standard library is enough. `BACASABLE_BIN` names another binary than target/release/bacasable.
"""
import argparse, collections, http.client, json, os, random, re, resource, shutil, signal, socket, ssl
import statistics, subprocess, sys, tempfile, threading, time, uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("BACASABLE_BIN", ROOT / "target/release/bacasable"))
HZ = os.sysconf("SC_CLK_TCK")
# Variables by which this machine's tools would trust, or ask, somebody else.
ENV = {key: value for key, value in os.environ.items() if not key.startswith("BACASABLE_") and "CA_BUNDLE" not in key}
NO_QUOTA = 4294967295
SCOPES = "api_r2p_recherche_personne_physique api_r2p_resolution_spi dgfip_ficoba_etat_civil_denomination " \
    "dgfip_ficoba_adresse dgfip_ficoba_compte dgfip_ficoba_etablissement_bancaire dgfip_ficoba_date dgfip_ficoba_iban"


class Case:
    """A run of one script: what was thrown, what survived, and whether anything was lost."""

    def __init__(self, text):
        parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--long", action="store_true", help="the long form")
        self.long = parser.parse_args().long
        self.losses = []
        self.skipped = []
        self.folder = Path(tempfile.mkdtemp(prefix="bacasable-stress-"))
        self.servers = []
        self.name = Path(sys.argv[0]).name
        self.since = time.monotonic()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        if not BIN.exists():
            sys.exit(f"{BIN} is missing: cargo build --release")

    def say(self, text):
        print(f"  {time.monotonic() - self.since:6.1f} s  {text}", flush=True)

    def expect(self, good, text):
        """Something that must hold."""
        self.say(("ok    " if good else "LOSS  ") + text)
        if not good:
            self.losses.append(text)
        return good

    def skip(self, text):
        self.say("skip  " + text)
        self.skipped.append(text)

    def server(self, *flags, **options):
        server = Server(self, *flags, **options)
        self.servers.append(server)
        return server

    def run(self, act):
        print(f"{self.name}: {'long' if self.long else 'short'} form", flush=True)
        try:
            act(self)
        except BaseException as error:  # the servers must not outlive the script
            self.losses.append(repr(error))
            if not isinstance(error, (AssertionError, OSError)):
                raise
        finally:
            for server in self.servers:
                server.kill()
            if not self.losses:
                shutil.rmtree(self.folder, ignore_errors=True)
            else:
                self.say(f"what is left is in {self.folder}")
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        print(f"{self.name}: {'nothing lost' if not self.losses else 'LOST: ' + '; '.join(self.losses)}{skipped}")
        sys.exit(1 if self.losses else 0)


class Server:
    """A server of our own."""

    def __init__(self, case, *flags, certs=None, nofile=None, ready=True, wrap=()):
        self.case, self.flags, self.nofile, self.wrap = case, flags, nofile, wrap
        self.certs = Path(certs or case.folder / "certs")
        self.fixtures = unlimited(case.folder / "fixtures")
        self.log = case.folder / f"log-{len(case.servers)}"
        self.process = None
        if ready:
            self.start()

    def start(self, gateway="127.0.0.1:0", console="127.0.0.1:0"):
        command = [*self.wrap, BIN, "serve", "--certs", self.certs, "--fixtures", self.fixtures, "--gateway-listen", gateway,
                   "--console-listen", console, *self.flags]
        limit = lambda: self.nofile and resource.setrlimit(resource.RLIMIT_NOFILE, (self.nofile, self.nofile))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=log, text=True,
                                            env=ENV, preexec_fn=limit)
        line = self.process.stdout.readline()
        found = re.search(r"ready gateway=https://127\.0\.0\.1:(\d+) console=http://127\.0\.0\.1:(\d+)", line)
        if not found:
            raise AssertionError(f"no ready line: {self.log.read_text()[-2000:]}")
        self.port, self.console_port = int(found[1]), int(found[2])
        return self

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self):
        """SIGTERM; how long it took, and the exit code."""
        since = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        return time.monotonic() - since, code

    def alive(self):
        return self.process.poll() is None

    def rss(self):
        """Megabytes of memory."""
        return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def fds(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def cpu(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / HZ

    def console(self, method, path, body=None):
        """Status and JSON of the console's answer."""
        client = http.client.HTTPConnection("127.0.0.1", self.console_port, timeout=30)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        client.request(method, path, None if body is None else json.dumps(body), headers)
        answer = client.getresponse()
        text = answer.read()
        client.close()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, text.decode(errors="replace")

    def recorded(self):
        """How many entries the journal has numbered."""
        _, page = self.console("GET", "/admin/v1/journal")
        return page["entries"][-1]["sequence"] + 1 if page["entries"] else 0

    def keeping(self):
        """What the console says of the journal's file: `written`, `pending`, `lost`, `fault`."""
        return self.console("GET", "/admin/v1/journal?limit=1")[1]["file"]

    def context(self, client="editeur-demo"):
        context = ssl.create_default_context(cafile=self.certs / "ca.pem")
        if client:
            context.load_cert_chain(self.certs / f"clients/{client}.pem", self.certs / f"clients/{client}.key")
        return context

    def caller(self, client="editeur-demo", timeout=30):
        return Caller(self.port, self.context(client), timeout)

    def token(self, application="editeur-demo"):
        return self.tokens(1, application)

    def tokens(self, count, application="editeur-demo"):
        """Asks for so many tokens over one connection; the last one."""
        form = f"grant_type=client_credentials&client_id={application}&client_secret=secret-{application}&scope={SCOPES}"
        with self.caller() as caller:
            for _ in range(count):
                status, body, _ = caller.ask("POST", "/token", form.replace(" ", "%20"), "application/x-www-form-urlencoded")
                assert status == 200, body
        return json.loads(body)["access_token"]


class Lost(Exception):
    """No answer where one is due."""


class Caller:
    """A connection kept alive."""

    def __init__(self, port, context, timeout=30):
        self.port, self.context, self.timeout, self.stream = port, context, timeout, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def connect(self):
        raw = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.context.wrap_socket(raw, server_hostname="localhost")
        self.left = b""
        return self

    def close(self):
        if self.stream:
            self.stream.close()
            self.stream = None

    def ask(self, method, path, body="", media="application/json", token=None, correlation=None):
        """Status, body, correlation identifier; `Lost` when the connection ends instead."""
        data = body.encode()
        head = [f"{method} {path} HTTP/1.1", "Host: localhost", f"X-Correlation-ID: {correlation or uuid.uuid4()}", "X-Request-ID: stress"]
        if token:
            head.append(f"Authorization: Bearer {token}")
        if data:
            head += [f"Content-Type: {media}", f"Content-Length: {len(data)}"]
        try:
            if self.stream is None:
                self.connect()
            self.stream.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + data)
            return self.answer()
        except (OSError, ssl.SSLError, ValueError) as error:
            self.close()
            raise Lost(repr(error)) from error

    def answer(self):
        while b"\r\n\r\n" not in self.left:
            self.more()
        head, self.left = self.left.split(b"\r\n\r\n", 1)
        lines = head.decode("latin1").split("\r\n")
        fields = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        length = int(fields.get("content-length", 0))
        while len(self.left) < length:
            self.more()
        body, self.left = self.left[:length], self.left[length:]
        if fields.get("connection") == "close":
            self.close()
        return int(lines[0].split()[1]), body, fields.get("x-correlation-id")

    def more(self):
        chunk = self.stream.recv(65536)
        if not chunk:
            raise OSError("closed before the answer")
        self.left += chunk


class Mix:
    """Requests of several kinds, each with what it must answer."""

    def __init__(self, server, token):
        self.server, self.token = server, token
        iban, siret = "FR7699010000010000010100185", "20999001900017"
        criteria = {"iban": iban, "verificationCompte": "0"}
        demande = json.dumps({"dateDemande": "2026-11-20", "motif": "0020", "siretDemandeur": siret, "justification": "essai",
                              "criteresRecherche": criteria})
        self.kinds = {
            "r2p by SPI": (200, b"VALBRUNE", ("GET", "/r2p/v1/personne/3990000101192")),
            "r2p by criteria": (200, b"3990000101192", ("GET", "/r2p/v1/personne/spi?" + "&".join([
                "nom=VALBRUNE", "prenom=C%C3%89LINE+AUR%C3%89LIE", "sexe=2", "naisDate=12/04/1985", "naisCodePays=99100",
                "naisCodeDept=38", "naisCodeCommune=185"]))),
            "r2p refused": (None, b"", ("GET", "/r2p/v1/personne/123")),
            "unknown path": (404, b"", ("GET", "/nulle/part")),
            "bad token": (401, b"", ("GET", "/r2p/v1/personne/3990000101192", "", "application/json", "x.y.z")),
        }
        numcpte = (200, iban.encode(), ("POST", "/fcb-masrestit/api/v2/comptes/numCpte", demande))
        with server.caller() as caller:
            status, body, _ = caller.ask(*numcpte[2], token=token)
        if status == 200 and iban.encode() in body:
            self.kinds["ficoba numCpte"] = numcpte

    def pick(self, draw):
        return draw.choice(list(self.kinds))


class Load:
    """Threads that ask without pause, and count: `answered`, `refused` (a status of `allowed`), `wrong` (not what is due, or
    another's answer), `lost`; `given` keeps the status of every answer by its correlation identifier."""

    def __init__(self, server, token, threads=8, reconnect=0.01, mix=None, allowed=()):
        self.server, self.token, self.allowed, self.given = server, token, allowed, {}
        self.mix = mix or Mix(server, token)
        self.counts, self.notes, self.latencies = collections.Counter(), [], []
        self.reconnect, self.stopped, self.lock = reconnect, threading.Event(), threading.Lock()
        self.threads = [threading.Thread(target=self.work, args=(seed,), daemon=True) for seed in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(60)

    def work(self, seed):
        draw, context = random.Random(seed), self.server.context()
        caller = Caller(self.server.port, context)
        while not self.stopped.is_set():
            kind = self.mix.pick(draw)
            due, holds, request = self.mix.kinds[kind]
            token = request[4] if len(request) > 4 else self.token
            correlation, since = str(uuid.uuid4()), time.monotonic()
            try:
                status, body, echoed = caller.ask(*request[:4], token=token, correlation=correlation)
            except Lost as error:
                self.note("lost", f"{kind}: {error}")
                time.sleep(0.01)
                continue
            taken = time.monotonic() - since
            self.given[correlation] = status
            good = (due is None or status == due) and holds in body and echoed == correlation
            what = "answered" if good else "refused" if status in self.allowed and echoed == correlation else "wrong"
            self.note(what, "" if what != "wrong" else f"{kind}: {status} {body[:200]!r} for {correlation}, says {echoed}", taken)
            if draw.random() < self.reconnect:
                caller.close()
        caller.close()

    def note(self, what, text, taken=None):
        with self.lock:
            self.counts[what] += 1
            if taken is not None:
                self.latencies.append(taken)
            if text and len(self.notes) < 20:
                self.notes.append(text)

    def judge(self, case, what, lost=0):
        """Nothing wrong, and no more lost than allowed."""
        counts = self.counts
        case.expect(counts["answered"] > 0 and not counts["wrong"] and counts["lost"] <= lost,
                    f"{what}: {counts['answered']} answered as due, {counts['wrong']} wrong, {counts['lost']} lost {self.notes[:3] or ''}")

    def slowest(self):
        """The 99th percentile and the slowest, in milliseconds."""
        taken = sorted(self.latencies)
        return (taken[int(len(taken) * 0.99)] * 1000, taken[-1] * 1000) if taken else (0, 0)


class Bystander:
    """An ordinary client that asks every 20 ms while something happens, on a connection it keeps and on new ones."""

    def __init__(self, server, token, pace=0.02, timeout=10):
        self.server, self.token, self.pace, self.timeout = server, token, pace, timeout
        self.taken, self.faults, self.stopped = [], [], threading.Event()
        self.thread = threading.Thread(target=self.work, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join(30)

    def work(self):
        caller, turn = self.server.caller(timeout=self.timeout), 0
        while not self.stopped.is_set():
            turn += 1
            if turn % 10 == 0:
                caller.close()
            since = time.monotonic()
            try:
                status, body, _ = caller.ask("GET", "/r2p/v1/personne/3990000101192", token=self.token)
                if status != 200:
                    self.faults.append(f"{status} {body[:100]!r}")
            except Lost as error:
                self.faults.append(str(error))
            self.taken.append(time.monotonic() - since)
            self.stopped.wait(self.pace)

    def judge(self, case, what, slowest):
        worst = max(self.taken, default=float("inf"))
        case.expect(not self.faults and worst <= slowest, f"{what}: a bystander's {len(self.taken)} calls answered, median "
                    f"{statistics.median(self.taken) * 1000:.1f} ms, slowest {worst * 1000:.0f} ms (at most {slowest * 1000:.0f}) {self.faults[:3] or ''}")


class Journal:
    """Files of the journal, read by these scripts and not by the product: the oldest first."""

    def __init__(self, file):
        number = lambda path: int((re.findall(r"\.(\d+)\.jsonl$", path.name) or [0])[0])
        self.files = sorted(file.parent.glob("journal*.jsonl"), key=number, reverse=True)
        self.runs, self.torn = [], 0
        for line in b"".join(path.read_bytes() for path in self.files).split(b"\n"):
            try:
                entry = json.loads(line) if line else None
            except ValueError:
                self.torn += 1
                continue
            if entry and entry["kind"] == "start":
                self.runs.append([])
            if entry:
                self.runs[-1].append(entry)
        self.statuses = {entry["correlation_id"]: entry.get("status") for run in self.runs for entry in run}

    def missing(self):
        """How many numbers are missing before the last one of each run."""
        return sum(run[-1]["sequence"] + 1 - len(run) for run in self.runs)

    def lacks(self, given):
        """The answers of `given` that have no entry with their status."""
        return [one for one, status in given.items() if self.statuses.get(one) != status]


def unlimited(folder):
    """Fixtures in which the quick start's partner has no quota that would end a load."""
    target = folder / "conventions/editeur-demo.toml"
    if not target.exists():
        target.parent.mkdir(parents=True)
        text = (ROOT / "fixtures/conventions/editeur-demo.toml").read_text()
        target.write_text(re.sub(r"quota = \d+", f"quota = {NO_QUOTA}", text))
    return folder


def until(what, seconds=15, pace=0.05):
    """Whether it becomes so in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(pace)
    return bool(what())


def oha(server, token, *options, path="/r2p/v1/personne/3990000101192"):
    """What oha says, when it is installed."""
    certs = server.certs
    command = ["oha", "--no-tui", "--output-format", "json", "--cacert", certs / "ca.pem", "--cert", certs / "clients/editeur-demo.pem",
               "--key", certs / "clients/editeur-demo.key", "-H", f"Authorization: Bearer {token}", "-H", f"X-Correlation-ID: {uuid.uuid4()}", "-H", "X-Request-ID: stress",
               *options, f"https://localhost:{server.port}{path}"]
    return json.loads(subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, env=ENV).stdout)
