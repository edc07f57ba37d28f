"""Passwords in addresses, connection strings, headers and commands of every kind: silence first."""

from __future__ import annotations

from base64 import b64encode

import pytest
from stopgap.detect import rules
from stopgap.detect.engine import Detector
from stopgap.model import Fragment

V = "f3A9kq0Z" + "rT7bX2mN"  # as a generator makes them
W = "Kestrel" + "4071"  # as a person does
DETECTOR = Detector(rules.load())


def reported(text: str, path: str = "a.py") -> list[str]:
    """The rules of what is reported by default."""
    return [match.rule for match in DETECTOR.scan(Fragment(path, text.encode() + b"\n")) if match.confidence != "low"]


def b64(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://me:${PASSWORD}@host.net/", id="URL, reference"),
        pytest.param("postgres://{user}:{password}@{host}/{db}", id="URL, template"),
        pytest.param("postgres://me:<password>@host.net/x", id="URL, placeholder"),
        pytest.param("postgres://db:5432/a@b", id="URL, port and at"),
        pytest.param("see http://host.net/a:b@c", id="URL, path"),
        pytest.param("jdbc:mysql://db/app?user=app&password=${DB_PASSWORD}", id="JDBC, reference"),
        pytest.param("jdbc:oracle:thin:@//db:1521/x", id="JDBC, Oracle without password"),
        pytest.param("Server=db;User Id=sa;Password=<your password>;", id="ADO.NET, placeholder"),
        pytest.param("Server=db;UID=sa;PWD={password};", id="ODBC, template in braces"),
        pytest.param("Server=myServer;User Id=me;Password=myPassword1;", id="ADO.NET, documentation"),
        pytest.param("host=db user=app password=$PGPASSWORD dbname=x", id="libpq, reference"),
        pytest.param("app:%s@tcp(%s:3306)/app", id="Go DSN, template"),
        pytest.param("user:password@tcp(localhost:3306)/app", id="Go DSN, documentation"),
        pytest.param("ldap://cn=admin,dc=acme:${PW}@h", id="LDAP, reference"),
        pytest.param('btoa(user + ":" + password)', id="encoder, expression"),
        pytest.param('b64encode(b"user:password")', id="encoder, documentation"),
        pytest.param("sqlcmd -S db -U sa -P $SA_PASSWORD", id="command, reference"),
        pytest.param("psexec \\\\host -u admin -p %PASS% cmd", id="command, Windows reference"),
        pytest.param("ldapsearch -x -W -b dc=x", id="command, prompt"),
        pytest.param("mosquitto_sub -h b -p 1883 -t x", id="command, port"),
        pytest.param('echo "$PASSWORD" | docker login -u me --password-stdin', id="pipe, reference"),
        pytest.param("Authorization: Basic <credentials>", id="Basic, placeholder"),
        pytest.param("Authorization: Bearer ${TOKEN}", id="Bearer, reference"),
        pytest.param('PlainLoginModule required username="${U}" password="${P}";', id="JAAS, reference"),
        pytest.param("define('AUTH_KEY', 'put your unique phrase here');", id="WordPress, sample"),
        pytest.param("PublicKey = " + b64(V + V), id="WireGuard, public"),
    ],
)
def test_leaves_alone(text: str) -> None:
    assert reported(text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"postgres://app:{V}@db.host.net:5432/app", id="URL"),
        pytest.param(f"redis://:{V}@cache:6379/0", id="URL, no user"),
        pytest.param(f"mongodb+srv://app:{V}@cluster0.ab1cd.mongodb.net/x?w=1", id="URL, plus in the scheme"),
        pytest.param(f"https://me@corp.io:{V}@git.corp.io/a.git", id="URL, at in the user"),
        pytest.param(f"postgres://app:p@{V}@db:5432/app", id="URL, at in the password"),
        pytest.param(f"postgres://app:p%40{V}@db:5432/app", id="URL, escape in the password"),
        pytest.param(f"postgres://app:{V}/{V}@db:5432/app", id="URL, slash in the password"),
        pytest.param(f"ldaps://cn=admin,dc=acme:{V}@ldap.host.net", id="URL, LDAP"),
        pytest.param(f"ignite://u:{V}@host:10800", id="URL, rare scheme"),
        pytest.param(f"amqp://svc:{W}@10.20.30.40/vhost", id="URL, a person's password at an address"),
        pytest.param(f"jdbc:mysql://db/app?user=app&password={V}", id="JDBC, query"),
        pytest.param(f"jdbc:mysql://db/app?user=app&amp;password={V}&amp;x=1", id="JDBC, query in XML"),
        pytest.param(f"jdbc:sqlserver://db;user=sa;password={V};", id="JDBC, settings"),
        pytest.param(f"jdbc:oracle:thin:app/{V}@//db:1521/x", id="JDBC, Oracle"),
        pytest.param(f"sqlplus -s app/{V}@ORCL", id="sqlplus"),
        pytest.param(f'"Server=db;Database=app;User Id=sa;Password={V};"', id="ADO.NET"),
        pytest.param(f'"Data Source=sqlprod-2;User ID=sa;Password={W};"', id="ADO.NET, a person's password"),
        pytest.param(f"Driver={{SQL Server}};Server=db;UID=sa;PWD={{{V}}};", id="ODBC, braces"),
        pytest.param(f"host=db user=app password='{V}' dbname=x", id="libpq, quotes"),
        pytest.param(f"app:{V}@tcp(db:3306)/app", id="Go DSN"),
        pytest.param(f"HostName=a.azure-devices.net;DeviceId=d;SharedAccessKey={b64(V + V)}", id="Azure IoT Hub"),
        pytest.param(f"Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=R;SharedAccessKey={b64(V + V)}", id="Service Bus"),
        pytest.param(f'"acme.redis.cache.windows.net:6380,password={b64(V + V)},ssl=True"', id="StackExchange.Redis"),
        pytest.param(f'PlainLoginModule required username="u" password="{V}";', id="Kafka JAAS"),
        pytest.param(f"Authorization: Basic {b64('app:' + V)}", id="Basic"),
        pytest.param(f"b64encode(b'app:{V}')", id="encoder, Python"),
        pytest.param(f'btoa("app:{V}")', id="encoder, browser"),
        pytest.param(f"Buffer.from('app:{V}').toString('base64')", id="encoder, Node"),
        pytest.param(f'base64.StdEncoding.EncodeToString([]byte("app:{V}"))', id="encoder, Go"),
        pytest.param(f"Authorization: ApiKey {V}{V}", id="ApiKey"),
        pytest.param(f"ldapsearch -x -D cn=admin -w {V} -b dc=x", id="command, -w"),
        pytest.param(f"sqlcmd -S db -U sa -P {V}", id="command, -P"),
        pytest.param(f"net use Z: \\\\host\\share {V} /user:me", id="command, Windows share"),
        pytest.param(f"htpasswd -b .htpasswd me {V}", id="command, argument"),
        pytest.param(f'echo "{V}" | docker login -u me --password-stdin', id="pipe"),
        pytest.param(f'echo "root:{V}" | chpasswd', id="pipe, chpasswd"),
        pytest.param(f"$pw = ConvertTo-SecureString '{V}' -AsPlainText -Force", id="PowerShell"),
        pytest.param(f"db.host.net:5432:app:me:{V}", id=".pgpass"),
        pytest.param(f"[Interface]\nPrivateKey = {b64(V + V)}", id="WireGuard"),
    ],
)
def test_reports(text: str) -> None:
    assert reported(text) != []
