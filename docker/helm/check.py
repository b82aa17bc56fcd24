"""Renders the chart with several values, and judges values and manifests by their schemas: docker/helm/check calls it."""

import json
import pathlib
import shutil
import subprocess
import sys

import jsonschema
import kubernetes_validate
import yaml

GOOD = {
    "as it comes": {},
    "replicas": {
        "replicas": 3,
        "state": {"url": "redis://valkey:6379", "onLoss": "refuse"},
        "certs": {"existingClaim": "bacasable-certs"},
    },
    "secrets": {
        "replicas": 2,
        "state": {"existingSecret": "valkey"},
        "certs": {"existingSecret": "pki", "items": [{"key": "ca.pem", "path": "ca.pem"}]},
        "console": {"open": False, "existingSecret": "console"},
        "conventions": "conventions",
    },
    "OpenShift": {"podSecurityContext": {}, "serverNames": ["dgfip.apps.example"], "env": {"BACASABLE_SEED": 3, "BACASABLE_GATEWAY__DIAGNOSTICS": False}},
}
BAD = {
    "replicas without a store": {"replicas": 2, "certs": {"existingClaim": "x"}},
    "replicas without a folder in common": {"replicas": 2, "state": {"url": "redis://valkey"}},
    "a variable of somebody else's": {"env": {"PATH": "/bin"}},
    "an unknown value": {"replica": 2},
}
VERSIONS = ("1.25", "1.30")


def main(chart, work):
    chart, work = pathlib.Path(chart), pathlib.Path(work)
    schema = json.loads((chart / "values.schema.json").read_text())
    defaults = yaml.safe_load((chart / "values.yaml").read_text())
    about = yaml.safe_load((chart / "Chart.yaml").read_text())
    cargo = next(line for line in pathlib.Path("Cargo.toml").read_text().splitlines() if line.startswith("version = "))
    assert cargo == f'version = "{about["version"]}"' and about["appVersion"] == about["version"], "the chart has another version than the program"
    for name, values in BAD.items():
        try:
            jsonschema.validate(merged(defaults, values), schema)
        except jsonschema.ValidationError:
            continue
        sys.exit(f"{name}: the schema of the values takes it")
    for name, values in GOOD.items():
        values = merged(defaults, values)
        jsonschema.validate(values, schema)
        documents = [one for one in yaml.safe_load_all(rendered(chart, work, values, about)) if one]
        assert sorted(one["kind"] for one in documents) == ["Deployment", "Service"], name
        for document in documents:
            for version in VERSIONS:
                kubernetes_validate.validate(document, version, strict=True)
        hardened(next(one for one in documents if one["kind"] == "Deployment"))
        print(f"{name}: {len(documents)} documents fit Kubernetes {', '.join(VERSIONS)}")


def hardened(deployment):
    """What the README of the chart promises of every pod."""
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] and not container["securityContext"]["allowPrivilegeEscalation"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert pod["automountServiceAccountToken"] is False and "startupProbe" in container


def merged(one, other):
    if not isinstance(one, dict) or not isinstance(other, dict):
        return other
    return {**one, **{key: merged(one.get(key), value) if value != {} else value for key, value in other.items()}}


def rendered(chart, work, values, about):
    if shutil.which("helm"):
        (work / "values.json").write_text(json.dumps(values))
        command = ["helm", "template", "essai", str(chart), "--values", str(work / "values.json"), "--namespace", "essai"]
    else:
        (work / "given.json").write_text(json.dumps({"Values": values, "Chart": about}))
        command = [str(work / "render"), str(chart), str(work / "given.json"), "essai"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main(*sys.argv[1:])
