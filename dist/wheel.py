"""Makes a wheel that holds the program: dist/wheel.py BINARY VERSION TRIPLE static|dynamic|system FOLDER. Prints the wheel's path.

The same binary, version and SOURCE_DATE_EPOCH give the same bytes.
"""

import base64
import hashlib
import os
import pathlib
import sys
import time
import zipfile

# A static program runs with any C library: the tags say from which versions on pip may take it.
PLATFORMS = {
    "x86_64-unknown-linux-gnu": "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
    "aarch64-unknown-linux-gnu": "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
    "x86_64-apple-darwin": "macosx_10_12_x86_64",
    "aarch64-apple-darwin": "macosx_11_0_arm64",
    "x86_64-pc-windows-msvc": "win_amd64",
}

MODULE = '''"""bacasable: an offline emulator of the DGFiP's API gateway. The program is beside this module; binary() says where."""

import pathlib
import sys
import sysconfig

__version__ = "{version}"


def binary():
    """The path of the program."""
    name = "bacasable.exe" if sys.platform == "win32" else "bacasable"
    user = "nt_user" if sys.platform == "win32" else "posix_user"
    for folder in (sysconfig.get_path("scripts"), sysconfig.get_path("scripts", user)):
        if (pathlib.Path(folder) / name).exists():
            return str(pathlib.Path(folder) / name)
    raise FileNotFoundError(f"{{name}} is not where pip puts programs: install the package bacasable again")
'''
MAIN = """import os
import subprocess
import sys

from . import binary

if sys.platform == "win32":
    sys.exit(subprocess.call([binary(), *sys.argv[1:]]))
os.execv(binary(), [binary(), *sys.argv[1:]])
"""


def main(program, version, triple, kind, folder):
    if triple not in PLATFORMS:
        sys.exit(f"dist/wheel.py: no tags are known for {triple}; known: {', '.join(PLATFORMS)}")
    platform = PLATFORMS[triple] if kind != "dynamic" else f"linux_{triple.split('-')[0]}"
    info, data = f"bacasable-{version}.dist-info", f"bacasable-{version}.data"
    tags = "".join(f"Tag: py3-none-{tag}\n" for tag in platform.split("."))
    suffix = ".exe" if "windows" in triple else ""
    files = {
        "bacasable/__init__.py": MODULE.format(version=version).encode(),
        "bacasable/__main__.py": MAIN.encode(),
        f"{data}/scripts/bacasable{suffix}": pathlib.Path(program).read_bytes(),
        f"{info}/METADATA": metadata(version).encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: bacasable\nRoot-Is-Purelib: false\n{tags}".encode(),
    }
    for licence in ("LICENSE-MIT", "LICENSE-APACHE"):
        files[f"{info}/licenses/{licence}"] = pathlib.Path(licence).read_bytes()
    record = "".join(f"{name},{digest(contents)},{len(contents)}\n" for name, contents in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    path = pathlib.Path(folder) / f"bacasable-{version}-py3-none-{platform}.whl"
    date = time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), 315532800))[:6]  # zip begins in 1980
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, contents in files.items():
            entry = zipfile.ZipInfo(name, date)
            entry.external_attr = (0o100755 if "/scripts/" in name else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, contents)
    print(path)


def metadata(version):
    lines = {
        "Metadata-Version": "2.1",
        "Name": "bacasable",
        "Version": version,
        "Summary": "Offline emulator of the DGFiP's API gateway with the FICOBA and R2P APIs, on fictitious data; unofficial",
        "License": "MIT OR Apache-2.0",
        "Requires-Python": ">=3.8",
        "Description-Content-Type": "text/markdown",
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items()) + "\n" + pathlib.Path("README.md").read_text()


def digest(contents):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(contents).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    main(*sys.argv[1:])
