"""Kubernetes manifests: ConfigMap, Secret, the `env` of containers, and kustomize's generators. kubernetes.io/docs/reference"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator

from ..deploy.yamls import Map, Unreadable, documents
from .pairs import mappings, once, pairs
from .places import of_word
from .setting import Raw

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Rollout", "DeploymentConfig")
IS_MANIFEST = re.compile(
    rf"^[ \t-]{{0,20}}kind:[ \t]{{1,9}}[\"']?(?:ConfigMap|Secret|List|{'|'.join(WORKLOADS)})\b"
    r"|^[ \t]{0,20}(?:configMap|secret)Generator:",
    re.MULTILINE,
)
# What stands behind a name to say which kind of object has it: `api-config`, `api-secrets`.
ENDS = re.compile(r"(?:[-_.]?(?:config|configmap|cm|secret|secrets|env|environment|vars|deployment|deploy|credentials|creds|settings))+\Z")
CONTROL = re.compile(r"^\s*\{\{|:\s*\{\{|\{\{-?\s*(?:if|end|range|with|include|define|template|toYaml)\b", re.MULTILINE)


def is_one(text: str) -> bool:
    """Whether a YAML text is a manifest that holds settings."""
    return IS_MANIFEST.search(text) is not None


def read(path: str, text: str) -> Iterator[Raw]:
    """The settings of every object. Raises Unreadable; a template of Helm's is no YAML before Helm has filled it in."""
    if not is_one(text):
        return
    if "{{" in text and CONTROL.search(text):
        raise Unreadable("it is a Helm template: what it holds is known when Helm has filled it in")
    for document in documents(text):
        for one in [document, *(document.list("items") if isinstance(document, Map) else ())]:
            if isinstance(one, Map):
                yield from of_object(one)


def of_object(one: Map) -> Iterator[Raw]:
    """The settings of one object; its namespace may tell the environment."""
    kind, about = one.text("kind"), one.map("metadata")
    unit = ENDS.sub("", about.text("name").lower()) or about.text("name").lower()
    environment = of_word(about.text("namespace"))
    if kind in ("ConfigMap", "Secret"):
        found = [*pairs(one.map("data")), *pairs(one.map("stringData"))] if kind == "ConfigMap" else list(of_secret(one))
        for key, value, line in found:
            yield Raw(key, value, line, unit, environment)
    elif kind in WORKLOADS:
        yield from of_containers(one, unit, environment)
    elif kind in ("", "Kustomization"):
        yield from of_generators(one)


def of_secret(one: Map) -> Iterator[tuple[str, str | None, int]]:
    """A Secret's values in plain text: `data` is base64, and `stringData` wins (kubernetes.io/docs/concepts/configuration/secret)."""
    last = {key: (key, None if value is None else decoded(value), line) for key, value, line in pairs(one.map("data"))}
    last |= {key: (key, value, line) for key, value, line in pairs(one.map("stringData"))}
    yield from last.values()


def decoded(value: str) -> str | None:
    """The text of base64; None for what is none, such as a variable to be filled in."""
    try:
        return b64decode("".join(value.split()), validate=True).decode("utf-8")
    except (Error, ValueError):
        return None


def of_containers(one: Map, unit: str, environment: str) -> Iterator[Raw]:
    """The `env` of a workload's containers; where there are several, each other than its namesake is a unit of its own."""
    for inner in mappings(one.map("spec")):
        for held in (inner.list("containers"), inner.list("initContainers")):
            for container in held:
                if isinstance(container, Map):
                    once(container)
                    name = container.text("name").lower()
                    own = unit if len(held) == 1 or name == unit else f"{unit}/{name}"
                    for key, literal, line in pairs(container.get("env")):
                        yield Raw(key, literal, line, own, environment)


def of_generators(one: Map) -> Iterator[Raw]:
    """kustomize's `configMapGenerator` and `secretGenerator`, `literals`."""
    environment = of_word(one.text("namespace"))
    for generator in (*one.list("configMapGenerator"), *one.list("secretGenerator")):
        if isinstance(generator, Map):
            name = generator.text("name").lower()
            for key, value, line in pairs(generator.get("literals")):
                yield Raw(key, value, line, ENDS.sub("", name) or name, environment)
