"""What a store takes to be set up and read, as steps of a plan. Pure: no fact holds a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .before_pull import word
from .untrack_plan import Step

# list prices in US dollars: https://aws.amazon.com/secrets-manager/pricing/, https://aws.amazon.com/kms/pricing/
PRICES = "$0.05 for 10,000 starts, and $0.40 a month for the secret, however much it holds"
KEY_PRICES = "; with a key of your own $0.03 more for 10,000 starts, and $1 a month for the key"
SOURCE = "list prices, https://aws.amazon.com/secrets-manager/pricing/"


class Setup(NamedTuple):
    """What AWS has to be told, as text and commands; `unfilled`: commands that tell what has to be filled in."""

    read: str
    write: str
    terraform: str
    create: str
    attach: tuple[str, ...]
    unfilled: tuple[str, ...] = ()


def start(address: str, *, own_key: bool) -> Iterator[Step]:
    """How the application gets its settings, and what that costs. `own_key`: the secret is encrypted with a key of the customer's."""
    yield Step("in place of the file:", (f"stopgap run --from {word(address)} -- COMMAND",))
    own = KEY_PRICES if own_key else ""
    yield Step(f"one request a start, GetSecretValue, for all keys together: {PRICES}{own} ({SOURCE})")


def permissions(setup: Setup, *, made: bool) -> Iterator[Step]:
    """Policies, Terraform, commands. `made`: the secret is known to be there."""
    if not made:
        yield Step("make the secret, without a value; once it is there, this plan has its exact name in the policies:", (setup.create,))
    yield Step("for the application's role, to read it:", tuple(setup.read.splitlines()))
    yield Step("for whoever pushes:", tuple(setup.write.splitlines()))
    if setup.unfilled:
        yield Step("what stands in capitals in them is told by", setup.unfilled)
    yield Step("to attach them, with the names of the two roles:", setup.attach)
    yield Step("the same in Terraform, without a version, as its state would keep the values:", tuple(setup.terraform.splitlines()))
