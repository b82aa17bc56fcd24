"""From what the packages say to the text of the committed files. fixtures/nomenclatures/README.md describes the formats."""

import re
import unicodedata
from collections import Counter
from pathlib import Path

BY_HAND = Path(__file__).parent / "anciennes-communes.tsv"
GONE = {"20": ("2A", "2B"), "75": ("92", "93", "94"), "78": ("91", "92", "93", "94", "95")}
NAME = re.compile(r"[A-Za-zÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸàâäçéèêëîïôöùûüÿæœŒÆ' -]+")


def folded(text):
    """ASCII with the case kept: accents dropped, ligatures opened, typographic apostrophes straightened."""
    for char, plain in {"Œ": "OE", "œ": "oe", "Æ": "AE", "æ": "ae", "’": "'"}.items():
        text = text.replace(char, plain)
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    assert plain.isascii(), text
    return plain


def split(code):
    """An INSEE code as FICOBA cuts it: 2 + 3, and 3 + 2 overseas."""
    at = 3 if code[:2] in ("97", "98") else 2
    return code[:at], code[at:]


def communes(source):
    """`communes.txt`: one group per département, one row per code, current or former."""
    current, divided, rows = {}, {}, {}
    for row in source:
        if row["type"] == "commune-actuelle":
            current[row["code"]] = row
    for row in source:
        if row["type"] == "arrondissement-municipal":
            divided[row["code"]] = row
    cities = {row["commune"] for row in divided.values()}
    for code, row in current.items():
        rows[code] = living(code, row, folded(row["nom"]).upper(), "+" if code in cities else " ")
    for code, row in divided.items():
        rows[code] = living(code, row, folded(current[row["commune"]]["nom"]).upper(), "*")
    for code, label, today, gone in former(source, current):
        assert code not in rows, code
        rows[code] = label + ("^" if gone else ">") + today
    lines, group = [], None
    for code in sorted(rows, key=split):
        department, number = split(code)
        if department != group:
            group = department
            lines.append(f"@{department} {prefix(department)}")
        lines.append(number + rows[code])
    return "\n".join(lines) + "\n"


def living(code, row, label, mark):
    head = prefix(split(code)[0])
    assert not re.search(r"[0-9,>^]", label), label
    postcodes = [p.removeprefix(head) if p.startswith(head) else p for p in sorted(row.get("codesPostaux", []))]
    return f"{label}{','.join(postcodes) or ','}{mark}{row.get('population', 0)}"


def prefix(department):
    """What most postcodes of a département begin with: left out of its rows."""
    return "20" if department in ("2A", "2B") else department


def former(source, current):
    """Codes no longer in use: delegated and associated communes, the package's `anciensCodes`, and those by hand."""
    found = {}
    for row in source:
        for old in row.get("anciensCodes", []):
            assert old not in current, old
            gone = split(row["code"])[0] in GONE.get(old[:2], ())
            found[old] = ("", row["code"], gone)
    for row in source:
        if row["type"] in ("commune-deleguee", "commune-associee") and row["code"] not in current:
            label, today = folded(row["nom"]).upper(), row["chefLieu"]
            found[row["code"]] = ("" if label == folded(current[today]["nom"]).upper() else label, today, False)
    for line in BY_HAND.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, label, today, *gone = line.split("\t")
            found[code] = (label, today, bool(gone))
    for code, (label, today, gone) in found.items():
        assert today in current or today.startswith("99"), (code, today)
        yield code, label, today, gone


def departments(source):
    """`departements.tsv`: code, kind, FICOBA's label, R2P's label."""
    kinds = {"metro": "M", "drom": "D", "com": "C"}
    rows = []
    for row in source:
        kind, label = kinds[row["zone"]], folded(row["nom"])
        capitals = label.upper()
        if kind == "C":  # as R2P's Swagger writes ST-PIERRE-ET-MIQUELON
            capitals = capitals.replace("SAINT-", "ST-")
        rows.append(f"{row['code']}\t{kind}\t{label}\t{capitals}\n")
    return "".join(sorted(rows))


def first_names(men, women):
    """`prenoms.tsv`: sex (1 or 2, as in both APIs) and name."""
    rows = {f"{sex}\t{name}\n" for sex, names in (("1", men), ("2", women)) for name in names if well_formed(name)}
    return "".join(sorted(rows))


def surnames(names):
    """`patronymes.txt`: one per line."""
    return "".join(f"{name}\n" for name in sorted(set(names)) if well_formed(name))


def well_formed(name):
    assert NAME.fullmatch(name), name
    return True


def missing_countries(codes, table):
    """Codes that the public list has and `pays.tsv`, written by hand, has not."""
    known = Counter(line.split("\t")[0] for line in table.splitlines())
    assert max(known.values()) == 1, known.most_common(1)
    return [code for code in codes if code not in known]
