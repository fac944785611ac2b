"""Prints what a block of docs/deploying.md gives the process, as JSON: `env`, `secrets`, `isReadOnly`, `arguments`.

blocks.py FILE NAME: the block after `<!-- block: NAME, … -->`. Each kind is read by its own format, and what an
orchestrator would refuse (a secret that is used and not declared) is an error.
"""

import configparser
import json
import re
import sys

import yaml


def block(text, name):
    pattern = rf"<!-- block: {name}\b[^>]*-->\n```\w+\n(.*?)\n```"
    return re.search(pattern, text, re.DOTALL).group(1)


def compose(text):
    document = yaml.safe_load(text)
    service = document["services"]["rekey"]
    undeclared = set(service["secrets"]) - set(document["secrets"])
    assert not undeclared, undeclared
    return {"env": service["environment"], "secrets": service["secrets"], "isReadOnly": service["read_only"],
            "arguments": [service["command"]]}


def kubernetes(text):
    document = yaml.safe_load(text)
    pod = document["spec"]["template"]["spec"]
    assert document["spec"]["selector"]["matchLabels"] == document["spec"]["template"]["metadata"]["labels"]
    container = pod["containers"][0]
    volumes = {volume["name"] for volume in pod["volumes"]}
    volumes |= {claim["metadata"]["name"] for claim in document["spec"]["volumeClaimTemplates"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes, volumes
    ports = {port["name"] for port in container["ports"]}
    probes = [container["readinessProbe"]["httpGet"], container["livenessProbe"]["httpGet"]]
    assert all(probe["port"] in ports for probe in probes)
    return {"env": {variable["name"]: variable["value"] for variable in container["env"]},
            "probes": [probe["path"] for probe in probes], "arguments": container["args"],
            "isReadOnly": container["securityContext"]["readOnlyRootFilesystem"]}


class Repeated(dict):
    """Keeps every value of a key that a unit repeats."""

    def __setitem__(self, key, value):
        if isinstance(value, list) and isinstance(self.get(key), list):
            self[key].extend(value)
        else:
            super().__setitem__(key, value)


def systemd(text):
    unit = configparser.RawConfigParser(strict=False, dict_type=Repeated, interpolation=None)
    unit.optionxform = str
    unit.read_string(text)
    service = unit["Service"]
    env = dict(line.split("=", 1) for line in service["Environment"].split("\n"))
    credentials = [line.split(":", 1)[0] for line in service["LoadCredential"].split("\n")]
    return {"env": env, "secrets": credentials, "isReadOnly": service["ProtectSystem"] == "strict",
            "umask": service["UMask"], "arguments": service["ExecStart"].split(" ")[1:]}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(globals()[sys.argv[2]](block(file.read(), sys.argv[2]))))
