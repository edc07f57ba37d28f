"""Values of mixed characters, and rows of bytes: silence first."""

from __future__ import annotations

import pytest
from stopgap.detect import mixed, numbers


@pytest.mark.parametrize(
    "value", ["P4ssw0rd", "S3cret", "myP4ssword1", "Hunter2", "hunter2", "Abc123abC", "A1b2c3D4e5F6", "K3y", "p@ssw0rd123"]
)
def test_is_not_interleaved(value: str) -> None:
    assert not mixed.is_interleaved(value)


@pytest.mark.parametrize("value", ["Qu1etHarbor", "BackupK3y987", "w4Drm8b", "qu1etH4rbor2031", "Qu1etH@rb0r"])
def test_is_interleaved(value: str) -> None:
    assert mixed.is_interleaved(value)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("{{ a.b['c'] }}-{% d(e) %}", id="template"),
        pytest.param('${a:-$(b[0] "{c}")}', id="shell"),
        pytest.param("^[^)(]{2,}([a-z]+)$", id="expression"),
        pytest.param(r"\(([^)]+)\);,:", id="expression, escaped"),
        pytest.param("a(b, c[d), e]; f.g", id="blanks"),
        pytest.param("a{b[c(d.e,f:g;h", id="only opened"),
        pytest.param("!@#$%^&*()_+", id="no letter"),
        pytest.param("f3A9kq0ZrT7bX2mN", id="no signs"),
    ],
)
def test_is_not_tangled(value: str) -> None:
    assert not mixed.is_tangled(value)


@pytest.mark.parametrize("value", ["k{{w}o)p${e]nib(ady[fond>-_$#}}", "B;.:-@*,?!#", "7'}/vY)T;W]EB_&k{q[G@vp[$_h{t"])
def test_is_tangled(value: str) -> None:
    assert mixed.is_tangled(value)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 200", id="counted"),
        pytest.param(", ".join(["0x00"] * 15 + ["0xff"]), id="noughts"),
        pytest.param("104, 97, 117, 115, 98, 111, 111, 116, 45, 103, 105, 122, 109, 111", id="text"),
        pytest.param("0x9b, 0x1c, 0x2e, 0xd3, 0x08, 0x41", id="few"),
        pytest.param("300, 17, 410, 118, 645, 160, 734, 214, 825, 31, 910, 178", id="no bytes"),
    ],
)
def test_is_no_random_row(row: str) -> None:
    assert not numbers.is_random_row(row)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("0x9b, 0x1c, 0x2e, 0xd3, 0x08, 0x41, 0x33, 0x83, 0x00, 0x77, 0x6a, 0x12", id="hexadecimal"),
        pytest.param("201, 17,96, 118, 243,160,\n137, 214,229,31,0, 178", id="decimal"),
        pytest.param("-55, 17, 96, 118, -13, -96, -119, -42, -27, 31, 0, -78", id="signed"),
    ],
)
def test_is_a_random_row(row: str) -> None:
    assert numbers.is_random_row(row)
