"""What a provider's token looks like, as shapes for `literals`: a word of secrecy, separators, and a long run with digits in it.

Apart from `provider_keys`, which is imported only where one of these was seen.
"""

from __future__ import annotations

SECRECY = rb"(?:key|token|secret|private|access|auth|api|cred|tkn)"
NAME = SECRECY + rb"[a-z0-9_]{0,12}|[^a-z]pat"
SEPARATORS = rb"""[ \t\r\n"'`=:>({\[,.|;)\]}\\!?&<-]{1,24}"""
FILLER = rb"(?:(?:is|value|code|string)" + SEPARATORS + rb")?"
NO_DIGIT, RUN = rb"[a-z_.+/=~-]", rb"[a-z0-9_.+/=~-]"
FIRST = rb"(?:[0-9]|[a-z_+/~]" + NO_DIGIT + rb"{0,23}[0-9])"
# A run with a second digit not far from the first, and several characters before, between or behind them: no `v1.2`; a long one with a
# single digit; or 24 letters in a row.
VALUE = (
    rb"(?:"
    + (FIRST + NO_DIGIT + rb"{0,23}[0-9]" + RUN + rb"{4,}|")
    + (FIRST + NO_DIGIT + rb"{8,23}[0-9]" + RUN + rb"*|")
    + (rb"[a-z_+/~]" + NO_DIGIT + rb"{8,40}[0-9]" + RUN + rb"*|")
    + (FIRST + NO_DIGIT + rb"{8,}|")
    + (rb"[a-z]{24,}")
    + rb")"
)
END = rb"[^a-z0-9_.+/=~-]"
# Behind a provider's name alone: letters and digits in turn. Two shapes, as in one the colon without a quote would cost a third of all
# searching: every label of a program has one.
IN_TURN = rb"[0-9]{0,4}(?:[a-z]{1,15}[0-9]{1,4}){4}" + RUN + rb"*"
ASSIGNED = rb"""(?i)[a-z][ ]?:?=[ ]?["'`]?""" + IN_TURN
QUOTED = rb"""(?i)[a-z]["'`]:[ ]?["'`]""" + IN_TURN
SHAPES: tuple[bytes, ...] = (rb"(?i)(?:" + NAME + rb")" + SEPARATORS + FILLER + VALUE + END, ASSIGNED + END, QUOTED + END)
# For hyperscan, for which counted repeats are dear: digits may stand as far apart as they like. That ends a little more often, and `re`
# would take the square of a text's size for it. What is found there is asked for the shape itself (`provider_keys.is_shaped`).
LOOSE = {SHAPES[0]: SHAPES[0].replace(rb"{0,23}", rb"*").replace(rb"{8,23}", rb"{8,}").replace(rb"{8,40}", rb"{8,}")}
