"""Files of platforms: Fly's, Cloudflare's and Netlify's TOML, Heroku's app.json, Render's blueprint, serverless.yml, App Engine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..deploy.yamls import LARGEST, Map, Unreadable, document
from . import kubernetes
from .pairs import pairs
from .places import of_word
from .setting import Raw

JSON_KEY = re.compile(r'"(?P<key>[^"\\]{1,200})"\s{0,9}:')
TOML_TABLE = re.compile(r"\s*\[\[?\s*(?P<table>[^\[\]]{1,200}?)\s*\]")
TOML_KEY = re.compile(r"\s*[\"']?(?P<key>[\w.-]{1,200})[\"']?\s*=")


def read(path: str, text: str) -> Iterator[Raw]:
    """The settings of a platform's file, by its name. Raises Unreadable."""
    if len(text) > LARGEST:
        raise Unreadable("it has more than a MiB")
    low = path.lower().rpartition("/")[2]
    if low.endswith(".toml"):
        yield from of_toml(low, text)
    elif low.endswith(".json"):
        yield from of_json(text)
    elif low.startswith("render"):
        yield from of_render(document(text))
    elif low.startswith("serverless"):
        yield from of_serverless(document(text))
    elif kubernetes.is_one(text):
        yield from kubernetes.read(path, text)  # `app.yaml` is App Engine's, and many an object's of Kubernetes
    else:
        for key, value, line in pairs(document(text).map("env_variables")):
            yield Raw(key, value, line)


def of_toml(name: str, text: str) -> Iterator[Raw]:
    """fly.toml `[env]` (fly.io/docs/reference/configuration), wrangler.toml `[vars]`, netlify.toml `[context.production.environment]`."""
    import tomli

    try:
        whole = tomli.loads(text)
    except (tomli.TOMLDecodeError, RecursionError) as error:
        raise Unreadable("it is no TOML") from error
    where: list[tuple[tuple[str, ...], str]] = [(("env",), ""), (("vars",), ""), (("build", "environment"), "")]
    for table, inner in (("context", "environment"), ("env", "vars")):
        held = whole.get(table)
        where += [((table, one, inner), of_word(one) or one) for one in held] if isinstance(held, dict) else []
    lines = Lines(text)
    for way, environment in where:
        held = whole
        for step in way:
            held = held.get(step) if isinstance(held, dict) else None
        for key, value in held.items() if isinstance(held, dict) else ():
            if isinstance(value, (str, int, float)):
                yield Raw(key, plain(value), lines.of_toml(".".join(way), key), environment=environment)


def plain(value: str | int | float) -> str:
    """A value as the process gets it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def of_json(text: str) -> Iterator[Raw]:
    """Heroku's app.json: `{"env": {"A": "1", "B": {"value": "2"}}}` (devcenter.heroku.com/articles/app-json-schema)."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is no JSON") from error
    lines = Lines(text)
    environments = whole.get("environments") if isinstance(whole, dict) else None
    held = [("", whole), *((of_word(name) or name, one) for name, one in (environments.items() if isinstance(environments, dict) else ()))]
    for environment, one in held:
        settings = one.get("env") if isinstance(one, dict) else None
        for key, value in settings.items() if isinstance(settings, dict) else ():
            value = value.get("value") if isinstance(value, dict) else value
            yield Raw(key, plain(value) if isinstance(value, (str, int, float)) else None, lines.of_json(key), environment=environment)


def of_render(whole: Map) -> Iterator[Raw]:
    """render.yaml: `envVars` of services, and of groups, which all services may share (render.com/docs/blueprint-spec)."""
    for kind in ("services", "envVarGroups"):
        for one in whole.list(kind):
            if isinstance(one, Map):
                unit = one.text("name") if kind == "services" else ""
                yield from (Raw(key, value, line, unit) for key, value, line in pairs(one.get("envVars")))


def of_serverless(whole: Map) -> Iterator[Raw]:
    """serverless.yml: `provider.environment` is for all functions, and `functions.*.environment` for one."""
    stage = of_word(whole.map("provider").text("stage"))
    held: list[tuple[str, Any]] = [("", whole.map("provider").get("environment"))]
    held += [(name, one.get("environment")) for name, one in whole.map("functions").items() if isinstance(one, Map)]
    for unit, environment in held:
        for key, value, line in pairs(environment):
            yield Raw(key, None if value is not None and "${" in value else value, line, unit.lower(), stage)


class Lines:
    """Where keys stand in a text whose parser does not say: the first line of each."""

    def __init__(self, text: str) -> None:
        self.json: dict[str, int] = {}
        self.toml: dict[str, int] = {}
        table = ""
        for number, line in enumerate(text.split("\n"), 1):
            for found in JSON_KEY.finditer(line):
                self.json.setdefault(found["key"], number)
            header = TOML_TABLE.match(line)
            table = header["table"].replace('"', "") if header else table
            key = None if header else TOML_KEY.match(line)
            if key:
                self.toml.setdefault(f"{table}.{key['key']}", number)
                self.toml.setdefault(key["key"], number)  # `env.A = 1` stands in no table

    def of_json(self, key: str) -> int:
        """The line of a key, 1 where it is written with escapes."""
        return self.json.get(key, 1)

    def of_toml(self, table: str, key: str) -> int:
        """The line of a key in a table; of an inline one that of the table's key."""
        return self.toml.get(f"{table}.{key}") or self.toml.get(key) or self.toml.get(table) or 1
