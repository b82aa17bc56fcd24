#!/usr/bin/env python3
"""Regenerates the nomenclatures of fixtures/nomenclatures/ that are derived from published packages.

    tools/nomenclatures/regenerate.py                 write the files
    tools/nomenclatures/regenerate.py --check         say whether the committed files are up to date

Exit codes: 0 written or up to date; 1 not up to date (each file is named); 3 a package is neither in the cache nor to be
had (no network): nothing was checked or written. Needs Python 3.9, and npm, pip and curl when the cache is empty.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import build
from sources import Missing, Sources

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "fixtures" / "nomenclatures"
SUMS = "SHA256SUMS"


def main():
    options = arguments()
    try:
        sources = Sources(options.cache.resolve(), options.offline)
    except Missing as missing:
        print(f"cannot be run here: {missing}", file=sys.stderr)
        return 3
    files = generated(sources)
    faults = [f"pays.tsv lacks the country {code}" for code in
              build.missing_countries(sources.country_codes(), (FOLDER / "pays.tsv").read_text("utf-8"))]
    if options.check:
        faults += [f"{name} is not up to date" for name, text in files.items() if committed(name) != text]
    else:
        for name, text in files.items():
            (FOLDER / name).write_text(text, "utf-8", newline="\n")
            print(f"{name}: {text.count(chr(10))} lines, {len(text.encode())} bytes")
    for fault in faults:
        print(f"nomenclatures: {fault}", file=sys.stderr)
    if faults:
        print("nomenclatures: run tools/nomenclatures/regenerate.py and commit the result", file=sys.stderr)
        return 1
    if options.check:
        print(f"nomenclatures: {len(files)} files are up to date")
    return 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("--offline", action="store_true", help="never fetch: what is not in the cache is missing")
    parser.add_argument("--cache", type=Path, default=ROOT / "target" / "nomenclatures", metavar="DIR",
                        help="folder of the packages (default: target/nomenclatures)")
    return parser.parse_args()


def generated(sources):
    """The text of each generated file, and of the list of their digests that `cargo test` compares."""
    files = {
        "communes.txt": build.communes(sources.communes()),
        "departements.tsv": build.departments(sources.departments()),
        "patronymes.txt": build.surnames(sources.surnames()),
        "prenoms.tsv": build.first_names(sources.first_names("male"), sources.first_names("female")),
    }
    digests = {name: text.encode() for name, text in files.items()}
    digests["../../tools/nomenclatures/" + build.BY_HAND.name] = build.BY_HAND.read_bytes()
    sums = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(digests.items()))
    return files | {SUMS: "".join(sums)}


def committed(name):
    path = FOLDER / name
    return path.read_text("utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
