"""Finds the program, starts it, and stops it."""

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading


class SandboxDied(AssertionError):
    """The server is not there any more; the message has the last lines of its log."""


class Server:
    """A server of one's own. It ends with this process, however that ends: it watches its standard input."""

    def __init__(self, binary=None, fixtures=None, settings=None, timeout=30):
        program = find(binary)
        options = {"gateway-listen": "127.0.0.1:0", "console-listen": "127.0.0.1:0", "log-level": "warn"}
        options.update({"fixtures": fixtures} if fixtures else {})
        for key, value in (settings or {}).items():
            options[key.replace(".", "-").replace("_", "-")] = str(value).lower() if isinstance(value, bool) else value
        # A certs folder that the settings name is the caller's: it stays.
        self._scratch = None if "certs" in options else tempfile.mkdtemp(prefix="bacasable-")
        self.certs = pathlib.Path(options.setdefault("certs", self._scratch))
        self._log = tempfile.TemporaryFile()
        command = [program, "serve", "--parent-watch", *(["--discard-certs"] if self._scratch else [])]
        command += [f"--{key}={value}" for key, value in options.items()]
        try:
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self._log)
        except OSError as error:
            self._remove_scratch()
            raise SandboxDied(f"{program}: cannot be started: {error}") from None
        words = self._first_line(timeout).split()
        if words[:1] != ["ready"]:
            self.stop()
            raise SandboxDied(self.epitaph())
        addresses = dict(word.split("=", 1) for word in words[1:])
        self.gateway, self.console = addresses["gateway"], addresses["console"]

    def is_alive(self):
        return self._process.poll() is None

    def epitaph(self):
        """How it ended, with the last lines of its log."""
        code = self._process.poll()
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").splitlines()[-20:]
        how = "does not answer" if code is None else f"ended with code {code}"
        return "\n  ".join([f"bacasable {how}; the last lines of its log:", *(lines or ["(none)"])])

    def stop(self):
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._remove_scratch()

    def _remove_scratch(self):
        """The server does it itself unless it was killed."""
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _first_line(self, timeout):
        """The first line of standard output, or nothing when the server ended or is late."""
        line = []
        reader = threading.Thread(target=lambda: line.append(self._process.stdout.readline()), daemon=True)
        reader.start()
        reader.join(timeout)
        return line[0].decode() if line else ""


def find(binary=None):
    """The program: as given, of the variable BACASABLE, of the package bacasable, or of the path."""
    given = binary or os.environ.get("BACASABLE")
    if given:
        return str(given)
    scripts = pathlib.Path(sysconfig.get_path("scripts")) / ("bacasable.exe" if sys.platform == "win32" else "bacasable")
    found = str(scripts) if scripts.exists() else shutil.which("bacasable")
    if not found:
        raise SandboxDied(
            "bacasable is not installed: pip install bacasable, or put its program on PATH or into the variable BACASABLE, "
            "or name a running server there (BACASABLE=http://localhost:8080,https://localhost:8443)"
        )
    return found
