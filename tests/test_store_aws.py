"""AWS Secrets Manager as a store: the real SDK against moto's server, with real faults on the connection between them."""

from __future__ import annotations

import json
import logging
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from stopgap import store as stores
from stopgap.detect.examples import expand
from stopgap.model import StopgapError
from stopgap.sides import aws_client, aws_errors, members
from stopgap.store import Store, Version, aws_write

from .cloud_help import REGION, Cloud
from .faults import Answer, Asked, Proxy, proxy, refusal

OLD, NEW = expand("<alnum:24>"), expand("<alnum:26>")


@pytest.fixture(autouse=True)
def _alone(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The SDK's environment, one try, no pause; what the client switches off in logging is on again afterwards."""
    cloud.setenv(monkeypatch)
    monkeypatch.setattr(aws_client, "ATTEMPTS", 1)
    monkeypatch.setattr(aws_write, "PAUSES", (0.0,))
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def between(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with proxy(cloud.url) as made:
        monkeypatch.setenv("AWS_ENDPOINT_URL", made.url)
        yield made


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A secret's name that no other test has."""
    return "store-aws/" + "".join(char if char in string.ascii_letters + string.digits else "-" for char in request.node.name)


def opened(name: str) -> Store:
    return stores.store(f"aws-sm://{REGION}/{name}")


def held(cloud: Cloud, name: str, stage: str = "AWSCURRENT") -> dict[str, object]:
    found: dict[str, object] = json.loads(cloud.client().get_secret_value(SecretId=name, VersionStage=stage)["SecretString"])
    return found


def labels(cloud: Cloud, name: str) -> list[str]:
    """All labels of all versions, a label once for each version that has it."""
    versions = cloud.client().list_secret_version_ids(SecretId=name)["Versions"]
    return sorted(label for version in versions for label in version["VersionStages"])


# ---- read


def test_what_is_not_there(name: str) -> None:
    assert opened(name).current() is None
    assert opened(name).describe() is None


def test_a_secret_without_a_value(cloud: Cloud, name: str) -> None:
    cloud.client().create_secret(Name=name)
    assert opened(name).current() == Version("", {})


def test_what_is_there(cloud: Cloud, name: str) -> None:
    made = cloud.client().create_secret(Name=name, SecretString='{"A": "x", "PORT": 5432, "RATE": 1.10, "ON": true, "IN": {"B": [1.0]}}')
    current = opened(name).current()
    assert current is not None
    assert current.id == made["VersionId"]
    plain = {key: members.plain(value) for key, value in current.members.items()}
    assert plain == {"A": "x", "PORT": "5432", "RATE": "1.10", "ON": "true", "IN": '{"B":[1.0]}'}
    described = opened(name).describe()
    assert described is not None
    assert (described.resource, described.rotation.enabled, described.rotation.underway) == (made["ARN"], False, "")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"SecretString": OLD}, "not JSON: ", id="a text"),
        pytest.param({"SecretString": f"A={OLD}"}, "not JSON: ", id="dotenv"),
        pytest.param({"SecretString": f'["{OLD}"]'}, "JSON, but not an object", id="a list"),
        pytest.param({"SecretString": f'{{"A": "{OLD}", "A": "b"}}'}, "JSON in which A stands twice", id="a key twice"),
        pytest.param({"SecretString": '{"a":' * 9000 + "1" + "}" * 9000}, "JSON that is nested too deeply", id="deep"),
        pytest.param({"SecretBinary": b'{"A": "b"}'}, "it is binary", id="binary"),
        pytest.param({"SecretString": json.dumps({"A": OLD * 3000})}, "larger than 65,536 bytes", id="too large"),
    ],
)
def test_what_no_store_is(cloud: Cloud, name: str, given: dict[str, str], said: str) -> None:
    cloud.client().create_secret(Name=name, **given)
    with pytest.raises(StopgapError) as refused:
        opened(name).current()
    assert str(refused.value).startswith(f"cannot read aws-sm://{REGION}/{name}: {said}")
    assert OLD[:6] not in str(refused.value)


def test_what_is_marked_for_deletion(cloud: Cloud, name: str) -> None:
    cloud.client().create_secret(Name=name, SecretString="{}")
    cloud.client().delete_secret(SecretId=name)
    for ask in (opened(name).current, opened(name).describe, lambda: opened(name).write({"A": NEW}, Version("x", {}))):
        with pytest.raises(StopgapError, match="it is marked for deletion"):
            ask()


# ---- write


def test_a_new_secret(cloud: Cloud, name: str) -> None:
    written = opened(name).write({"A": NEW, "É": "ü\n\x01"}, None)
    assert held(cloud, name) == {"A": NEW, "É": "ü\n\x01"}
    assert (written.previous, written.back, labels(cloud, name)) == ("", "", ["AWSCURRENT"])


def test_the_first_value_of_a_secret(cloud: Cloud, name: str) -> None:
    cloud.client().create_secret(Name=name)
    opened(name).write({"A": NEW}, opened(name).current())
    assert (held(cloud, name), labels(cloud, name)) == ({"A": NEW}, ["AWSCURRENT"])


def test_a_version_after_another(cloud: Cloud, name: str) -> None:
    cloud.client().create_secret(Name=name, SecretString=f'{{"A": "{OLD}", "PORT": 5432, "RATE": 1.10, "IN": {{"z": null, "a": [1.0]}}}}')
    seen = opened(name).current()
    assert seen
    written = opened(name).write({**seen.members, "A": NEW}, seen)
    text = cloud.client().get_secret_value(SecretId=name, VersionStage="AWSCURRENT")["SecretString"]
    assert text == f'{{"A": "{NEW}", "PORT": 5432, "RATE": 1.10, "IN": {{"z": null, "a": [1.0]}}}}'
    assert held(cloud, name, "AWSPREVIOUS")["A"] == OLD
    assert (written.previous, labels(cloud, name)) == (seen.id, ["AWSCURRENT", "AWSPREVIOUS"])


def test_the_way_back_is_a_command_that_works(cloud: Cloud, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By AWS' own client, which is installed where the tests are."""
    clidriver = pytest.importorskip("awscli.clidriver")
    import shlex

    opened(name).write({"A": OLD}, None)
    written = opened(name).write({"A": NEW}, opened(name).current())
    words = shlex.split(written.back)
    assert words[0] == "aws"
    assert clidriver.create_clidriver().main(words[1:]) == 0
    assert (held(cloud, name), held(cloud, name, "AWSPREVIOUS")) == ({"A": OLD}, {"A": NEW})


def test_what_is_too_large(cloud: Cloud, name: str) -> None:
    with pytest.raises(StopgapError, match=r"it would hold 65,5\d\d bytes, and 65,536 is the most"):
        opened(name).write({"A": "x" * 65530}, None)
    opened(name).write({"A": "x" * 65527}, None)
    assert cloud.client().get_secret_value(SecretId=name)["SecretString"].startswith('{"A": "xxx')


def test_an_arn_makes_no_secret(cloud: Cloud) -> None:
    arn = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:nobody-AbCdEf"
    with pytest.raises(StopgapError, match="a new one is made by its name, not by an ARN"):
        stores.store(f"aws-sm:///{arn}").write({"A": NEW}, None)


# ---- somebody else writes meanwhile


def test_two_who_make_the_same_secret(cloud: Cloud, name: str) -> None:
    late = opened(name)
    assert late.current() is None
    opened(name).write({"A": OLD}, None)
    with pytest.raises(StopgapError, match="somebody else has written it meanwhile"):
        late.write({"B": NEW}, None)
    assert held(cloud, name) == {"A": OLD}


@pytest.mark.parametrize("first", [pytest.param("", id="the first value"), pytest.param(OLD, id="another version")])
def test_of_two_who_write_the_second_is_told(cloud: Cloud, name: str, first: str) -> None:
    cloud.client().create_secret(Name=name, **({"SecretString": json.dumps({"A": first})} if first else {}))
    late = opened(name)
    seen = late.current()
    assert seen is not None
    opened(name).write({**seen.members, "B": "theirs"}, seen)
    with pytest.raises(StopgapError, match="somebody else has written it meanwhile, and theirs stands: run the command again"):
        late.write({**seen.members, "C": NEW}, seen)
    assert held(cloud, name) == {**seen.members, "B": "theirs"}
    # the second one again, as it said
    seen = late.current()
    assert seen is not None
    late.write({**seen.members, "C": NEW}, seen)
    assert held(cloud, name) == {**seen.members, "C": NEW}
    assert labels(cloud, name) == ["AWSCURRENT", "AWSPREVIOUS"]


@pytest.mark.parametrize("when", ["PutSecretValue", "GetSecretValue", "UpdateSecretVersionStage"])
def test_a_write_between_the_steps_of_another(cloud: Cloud, between: Proxy, name: str, when: str) -> None:
    cloud.client().create_secret(Name=name, SecretString='{"A": "a"}')
    slow, quick = opened(name), stores.store(f"aws-sm://{REGION}/{name}")
    seen = slow.current()
    done = []

    def overtake(asked: Asked) -> None:
        if asked.operation == when and not done:
            done.append(asked)
            quick.write({"A": "theirs"}, quick.current())

    between.fault = overtake
    with pytest.raises(StopgapError, match="somebody else has written it meanwhile"):
        slow.write({"A": NEW}, seen)
    assert held(cloud, name) == {"A": "theirs"}


# ---- the connection breaks


@pytest.mark.parametrize("how", ["cut", "cut after"])
@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("before", [pytest.param(None, id="new"), pytest.param({"A": OLD, "OTHER": 1}, id="there")])
def test_a_connection_that_is_cut(cloud: Cloud, between: Proxy, name: str, before: dict[str, object] | None, number: int, how: str) -> None:
    """From the n-th request on: then the same again, and nothing is doubled, nothing lost."""
    if before:
        cloud.client().create_secret(Name=name, SecretString=json.dumps(before))
    between.fault = lambda asked: how if asked.number == number or (asked.number > number and how == "cut") else None  # type: ignore[return-value]
    wanted = {**(before or {}), "A": NEW}
    said = ""
    try:
        push(name, wanted)
    except StopgapError as error:
        said = str(error)
    assert "\n" not in said
    assert NEW[:6] not in said
    assert bool(said) == (number <= len(between.asked) and not (before and number == 5))
    now = held(cloud, name) if cloud.client().list_secrets(Filters=[{"Key": "name", "Values": [name]}])["SecretList"] else None
    assert now in (before, wanted)
    between.fault = lambda asked: None
    push(name, wanted)
    assert held(cloud, name) == wanted
    found = labels(cloud, name)
    assert (found.count("AWSCURRENT"), found.count("AWSPREVIOUS")) == (1, 1 if before else 0)
    assert not before or held(cloud, name, "AWSPREVIOUS") == before


def push(name: str, wanted: dict[str, object]) -> None:
    """As `stopgap store push` does it: read, and write what is not there yet."""
    target = opened(name)
    seen = target.current()
    if seen is None or members.text(dict(seen.members)) != json.dumps(wanted):
        target.write({**(seen.members if seen else {}), **wanted}, seen)


@pytest.mark.parametrize("operation", ["CreateSecret", "PutSecretValue", "UpdateSecretVersionStage"])
def test_an_answer_that_is_lost_is_asked_for_again(
    cloud: Cloud, between: Proxy, name: str, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK tries again what was done already; nothing comes of it twice."""
    monkeypatch.setattr(aws_client, "ATTEMPTS", 2)
    lost = []

    def lose(asked: Asked) -> str | None:
        if asked.operation == operation and not lost:
            lost.append(asked)
            return "cut after"
        return None

    if operation != "CreateSecret":
        opened(name).write({"A": OLD}, None)
    between.fault = lose  # type: ignore[assignment]
    opened(name).write({"A": NEW}, opened(name).current())
    assert lost
    assert held(cloud, name) == {"A": NEW}
    assert len(cloud.client().list_secret_version_ids(SecretId=name)["Versions"]) == (1 if operation == "CreateSecret" else 2)


def test_what_comes_back_is_compared(between: Proxy, name: str) -> None:
    between.fault = lambda asked: (
        Answer(200, json.dumps({"VersionId": "x" * 36, "SecretString": '{"A": "b"}'}).encode())
        if asked.operation == "GetSecretValue" and "VersionId" in asked.body
        else None
    )
    with pytest.raises(StopgapError, match="was read back, and is not what was written"):
        opened(name).write({"A": NEW}, None)


def test_a_label_that_stays_is_told(cloud: Cloud, between: Proxy, name: str) -> None:
    opened(name).write({"A": OLD}, None)
    between.fault = lambda asked: (
        refusal("InternalServiceError", status=500) if asked.body.get("VersionStage") == aws_write.PENDING else None
    )
    assert "STOPGAP_PENDING still stands" in opened(name).write({"A": "b"}, opened(name).current()).note
    # another push has taken the label for its own version
    taken = refusal("InvalidParameterException")
    between.fault = lambda asked: taken if asked.body.get("VersionStage") == aws_write.PENDING else None
    assert opened(name).write({"A": "c"}, opened(name).current()).note == ""
    between.fault = lambda asked: None
    assert opened(name).write({"A": NEW}, opened(name).current()).note == ""
    assert labels(cloud, name) == ["AWSCURRENT", "AWSPREVIOUS"]


# ---- the service refuses


DENIED = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: secretsmanager:Any on resource: any because no policy"
WORDS = [
    pytest.param(
        "AccessDeniedException", DENIED, "access denied: secretsmanager:{operation} is needed on {name} in eu-west", id="permission"
    ),
    pytest.param("AccessDeniedException", "Access to KMS is not allowed", "access denied: kms:", id="the key's permission"),
    pytest.param("ExpiredTokenException", "", "the credentials have expired: log in again", id="expired"),
    pytest.param("UnrecognizedClientException", "", "AWS does not know the credentials", id="unknown"),
    pytest.param("ThrottlingException", "", "AWS says that there are too many requests: try again later", id="throttled"),
    pytest.param("InternalServiceError", "", "AWS fails at the moment: try again later", id="failing"),
    pytest.param("LimitExceededException", "", "a limit of the account or of the secret is reached", id="a limit"),
    pytest.param("InvalidRequestException", "is a replica", "it is a replica: its primary region is the one to write to", id="a replica"),
    pytest.param("SomethingNewException", "", "AWS answers SomethingNewException", id="new"),
    pytest.param("x y", "", "AWS answers with an error", id="hostile"),
]


@pytest.mark.parametrize(("code", "message", "said"), WORDS)
def test_a_refusal_names_the_action_and_the_resource(between: Proxy, name: str, code: str, message: str, said: str) -> None:
    opened(name).write({"A": OLD}, None)
    for operation in ("GetSecretValue", "DescribeSecret", "CreateSecret", "PutSecretValue", "UpdateSecretVersionStage"):
        between.fault = lambda asked, operation=operation: (  # type: ignore[misc]
            refusal(code, f"{message} {NEW}") if asked.operation == operation else None
        )
        target = opened(name)
        with pytest.raises(StopgapError) as refused:
            ask(target, operation)
        assert said.format(operation=operation, name=name) in str(refused.value)
        assert NEW[:6] not in str(refused.value)


def ask(target: Store, operation: str) -> None:
    """Something that comes to this operation."""
    if operation == "DescribeSecret":
        target.describe()
    else:
        target.write({"A": NEW}, None if operation == "CreateSecret" else target.current())


def test_throttling_is_tried_again(between: Proxy, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_client, "ATTEMPTS", 2)
    between.fault = lambda asked: refusal("ThrottlingException") if asked.number == 1 else None
    assert opened(name).current() is None
    assert between.names() == ["GetSecretValue", "GetSecretValue", "DescribeSecret"]


def test_which_of_two_may_not_be_known(between: Proxy, name: str) -> None:
    between.fault = lambda asked: refusal("AccessDeniedException") if asked.operation == "DescribeSecret" else None
    with pytest.raises(StopgapError, match="or it has no value yet; and which of the two: access denied: secretsmanager:DescribeSecret is"):
        opened(name).current()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(200, b"[]"), id="a list"),
        pytest.param(Answer(200, f'"{OLD}"'.encode()), id="a text"),
        pytest.param(Answer(200, OLD.encode()), id="no JSON"),
        pytest.param(Answer(200, b""), id="nothing"),
        pytest.param(Answer(200, b"{}"), id="no member"),
        pytest.param(Answer(200, json.dumps({"VersionId": [OLD], "SecretString": {"A": OLD}}).encode()), id="other types"),
        pytest.param(Answer(200, json.dumps({"VersionId": "x", "SecretString": 5}).encode()), id="a number"),
        pytest.param(Answer(200, json.dumps({"VersionId": "x", "SecretString": "{}", "CreatedDate": OLD}).encode()), id="no time"),
        pytest.param(Answer(200, b'{"VersionId": "x", "SecretString": "{}", "CreatedDate": 1e300}'), id="no such time"),
        pytest.param(Answer(200, OLD.encode(), (("Content-Length", "99"),)), id="less than it says"),
        pytest.param(Answer(200, OLD.encode(), (("Content-Encoding", "gzip"),)), id="not packed as it says"),
        pytest.param(Answer(500, f"<html>{OLD}</html>".encode()), id="a page"),
        pytest.param(Answer(302, b"", (("Location", f"http://{OLD}.example/"),)), id="elsewhere"),
        pytest.param(Answer(400, json.dumps({"__type": [OLD], "Message": {"A": OLD}}).encode()), id="an error of other types"),
    ],
)
def test_an_answer_that_is_not_the_service_s(between: Proxy, name: str, answer: Answer) -> None:
    between.fault = lambda asked: answer
    with pytest.raises(StopgapError) as refused:
        opened(name).current()
    assert str(refused.value).startswith(f"cannot read aws-sm://{REGION}/{name}: ")
    assert OLD[:6] not in str(refused.value)


# ---- credentials that have to be had first


def test_a_profile_s_role(cloud: Cloud, between: Proxy, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The SDK assumes it, and where it may not, that permission is named and not the secret's."""
    config = tmp_path / "config"
    role = "arn:aws:iam::123456789012:role/reader"
    config.write_text(
        f"[profile app]\nregion = {REGION}\nrole_arn = {role}\nsource_profile = me\n[profile me]\naws_access_key_id = somebody\n"
        "aws_secret_access_key = something\n"
    )
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(key)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "app")
    assert stores.store(f"aws-sm:///{name}").current() is None
    assert between.names() == ["", "GetSecretValue", "DescribeSecret"]  # the first is STS', in another protocol
    xml = f"<ErrorResponse><Error><Code>AccessDenied</Code><Message>{OLD}</Message></Error></ErrorResponse>"
    between.fault = lambda asked: None if asked.operation else Answer(403, xml.encode(), (("Content-Type", "text/xml"),))
    with pytest.raises(StopgapError) as refused:
        stores.store(f"aws-sm:///{name}").current()
    assert str(refused.value) == f"cannot read aws-sm:///{name}: access denied: sts:AssumeRole is needed on the profile's role"


@pytest.mark.parametrize(
    ("config", "said"),
    [
        pytest.param(
            "[profile app]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n[sso-session s]\nsso_region = eu-west-1\n"
            "sso_start_url = https://example.org\n",
            "not logged in: aws sso login",
            id="no login",
        ),
        pytest.param("[profile app]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = app2\n", "does not do", id="no source"),
        pytest.param(
            "[profile app]\ncredential_process = false\n", "the profile's credentials could not be had", id="a process that fails"
        ),
        pytest.param("[profile app]\nregion = x\n[profile", "the AWS configuration file cannot be read", id="no INI"),
    ],
)
def test_a_profile_that_does_not_do(name: str, config: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(config)
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(key)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "app")
    with pytest.raises(StopgapError) as refused:
        opened(name).current()
    assert said in str(refused.value)


# ---- every error there is, in one line of ours


def test_every_exception_of_the_sdk_is_one_line_without_a_value(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each class of botocore.exceptions is raised in place of the request, as most cannot be brought about here; all that it can hold is a
    value.
    """
    import botocore.client
    from botocore import exceptions

    target = opened(name)
    kinds = [kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, exceptions.BotoCoreError)]
    assert len(kinds) > 60
    for kind in kinds:
        fields = {field for _, field, _, _ in string.Formatter().parse(kind.fmt) if field}
        more = {"last_response": {"A": NEW}} if kind is exceptions.WaiterError else {"error": NEW}
        error = kind(**{**dict.fromkeys(fields, NEW), **more})

        def broken(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", broken)
        for ask in (target.current, target.describe, lambda: target.write({"A": NEW}, Version("x" * 36, {}))):
            with pytest.raises(StopgapError) as refused:
                ask()
            said = str(refused.value)
            assert NEW[:6] not in said, kind
            assert "\n" not in said
            assert refused.value.__suppress_context__


def test_every_name_of_an_exception_exists() -> None:
    from botocore import exceptions

    names = set(vars(exceptions))
    assert (set(aws_errors.EXCEPTIONS) | set(aws_errors.UNSURE)) - names <= {"MissingDependencyException"}


def test_every_code_has_words_that_end(name: str) -> None:
    for code in (*aws_errors.CODES, *aws_errors.DENIED, *aws_errors.TOO_MANY, *aws_errors.FAILING):
        for operation in ("GetSecretValue", "AssumeRole", "GetRoleCredentials"):
            said = aws_errors.refusal(code, NEW, operation, name)
            assert said
            assert "{" not in said
            assert NEW[:6] not in said
