"""What encoded text looks like, as shapes for `literals`: only where one has been seen is anything decoded.

A shape is there for text that was encoded, not for any data: base64 of printable ASCII has in each group of four characters
26, 28 and 32 of the 64 possible ones on the first three places, so that six such groups in a row are hardly ever anything else, be it a
hash, an image, a key, or a long name. Of hexadecimal text each first digit is 2 to 7.
"""

from __future__ import annotations

# the base64 of printable ASCII, tab and line ends: what each place of a group of four can be
FIRST, SECOND, THIRD = rb"[CDI-Za-f]", rb"[AC-HQS-Xgi-nwy-z0-3]", rb"[ABEFIJMNQRUVYZcdghklopstwx014589]"
ANY, OTHER = rb"[A-Za-z0-9+/_-]", rb"[^A-Za-z0-9+/_-]"
GROUP = FIRST + SECOND + THIRD + ANY
# the last 22 characters or more of a run, which need not be padded
BASE64_END = rb"(?:" + GROUP + rb"){5}(?:" + GROUP + rb"|" + FIRST + SECOND + rb"|" + FIRST + SECOND + THIRD + rb")"
# UTF-16, little end first: what PowerShell's -EncodedCommand takes. Every second byte is zero.
WIDE = rb"[CDI-Za-f][AQgw][AB]" + ANY + rb"A[AC-H][AEIMQUYcgkosw048]A"
HEX_END = rb"(?:[2-7][0-9A-Fa-f]){16}(?:0[aAdD]){0,2}"

ASCII = rb"(?:[2-7][0-9A-Fa-f]|0[aAdD])"  # in hexadecimal: what a secret can have in it, and line ends
BASE64, UTF16, HEX, BACKSLASH, BACKSLASHES, OCTALS, UNICODE, SLASHES, PERCENT, PERCENTS, ENTITY, QUOTED = range(12)
# in the order of these numbers
SHAPES: tuple[bytes, ...] = (
    BASE64_END + OTHER,
    OTHER + rb"(?:" + WIDE + rb"){4}",
    HEX_END + rb"[^0-9A-Fa-f]",
    rb"[A-WYZa-wyz_-][A-Za-z0-9_-]{2}\\(?:x" + ASCII + rb"|[01][0-7][0-7])",  # one in a token, and no row of them
    rb"[^0-9A-Fa-f](?:\\x[2-7][0-9A-Fa-f]){6}",
    rb"[^0-7](?:\\[01][0-7][0-7]){6}",
    rb"\\u(?:00|\{0{0,4})" + ASCII,
    rb":\\/\\/[A-Za-z0-9]",
    rb"[A-Za-z0-9_-]{3}%(?:3[dDaA]|5[fF]|2[dDeE]|22|0[aAdD])[A-Za-z0-9_%-]{5}",
    rb"[^0-9A-Fa-f](?:%[2-7][0-9A-Fa-f]){6}",
    # no quotes, which what reads keyed values knows itself
    rb"&#(?:[xX](?:2[dDeE]|3[0-9aAdD]|[4-7][0-9A-Fa-f]|0?[aAdD])|1[03]|4[5689]|5[0-8]|6[145-9]|[78][0-9]|9[05789]|1[01][0-9]|12[0-2]);",
    rb"=3D[A-Za-z0-9_\"'-]{6}",
)
