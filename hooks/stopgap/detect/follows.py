"""What follows a name, and by it where the name's value is read: the operators, calls, elements and words of many languages."""

from __future__ import annotations

import re

TYPE = rb"[A-Za-z&*?\[(][\w.<>\[\]?&|,'() \t]{0,60}"
TEXT_AHEAD = rb"(?=[\w.@&:\[\]]{0,40}\(?[\"'`@])"
# From behind a name and blanks on. The group that took part names the syntax.
FOLLOWS = re.compile(
    rb"""(?:
      (?P<typed> : [ \t]{0,8} """
    + TYPE
    + rb""" =(?![=>]) [ \t]{0,8} """
    + TEXT_AHEAD
    + rb"""
               | (?<=[ \t]) \*?[A-Za-z][\w.\[\]<>*]{0,30} [ \t]{1,4} :?=(?!=) [ \t]{0,8} """
    + TEXT_AHEAD
    + rb""" )
    | (?P<fields> [=:]{0,2} [ \t]{0,4} [{] [^{}<>]{0,200}? [\s"'{,] (?:value|default|defaultvalue|stringvalue|plaintext|raw)
                  ["']? [ \t]{0,8} (?:=>|[=:]) [ \t]{0,8} (?=["'@]) )
    | (?P<equal> [!=~]?={2,3} | != | =~ | (?<=[ \t])-?(?:eq|ne|is|equals|like)(?=[ \t]{1,4}[@bu]?\\?["']) [ \t]{1,4} )
    | (?P<assign> (?:\.(?:text|value)[ \t]{0,4})? (?:\|\||&&|\?\?|[?+.|&:!~^]{1,3})? = (?![=~]) >? | := | <-+
                | ->(?=[ \t]{0,4}["']) | :(?![:=]) (?!//) | \xef\xbc\x9a | %3[aAdD] )
    | (?P<defined> [.,;]? [ \t]{0,4} [(]? [ \t]{0,2} (?:default(?:s[ \t]to|[ \t]is)?|e\.g\.)[ \t]{0,2}[:=]?[ \t]{0,4} )
    | (?P<valued> [,;]? \s{0,60} (?: \b(?:type|in|serializeas|description|inherit|encrypted|secret|sensitive|enabled|domain|path)\b
                  [\\"']{0,4} [ \t]{0,4} [=:] [ \t]{0,4} [\\"']{0,4} [\w.-]{1,40}(?:[ ][\w.-]{1,40}){0,4}
                  [\\"']{0,4} [,;]? \s{1,60} [\\"']{0,4} ){0,3}
                  [\\"']{0,4} \b(?:value|val|defaultvalue|default|content|password|secret)\b [\\"']{0,4} [ \t]{0,4} [=:] [ \t]{0,4} )
    | (?P<call> \( \s{0,20} )
    | (?P<option> , [^()\r\n]{0,160}? \bdefault(?:_value|value)?[ ]?[=:][ ]?(?=[@bu]?["'`]) )
    | (?P<comma> , \s{0,40} )
    | (?P<element> > )
    | (?P<fallback> (?: \|\| | \?\? | (?:or|\?:)(?=[ \t]) ) [ \t]{1,4} (?:\r?\n[ \t]{0,60})? (?=[@bu]?["'`]) )
    | (?P<braces> [{] [ \t]{0,8} (?=["']) )
    | (?P<said> (?:for|of)[ \t][^\r\n"'`=:]{0,20}["'`]?[\w.@-]{1,40}["'`]? [ \t]{0,4} (?: (?:is|=|:) [ \t]{0,4} )
              | (?:is|are|was)(?:[ \t]set[ \t]to)? [ \t]{0,4} [:=]?[ \t]{0,4} )
    | (?P<column> \| [ \t]{0,20} )
    )""",
    re.VERBOSE | re.IGNORECASE,
)
# What stands between an operator and a value on the same or the next line.
SPACE = re.compile(rb"[ \t]{0,40}(?P<next>(?:[(\\][ \t]{0,4})?\r?\n[ \t]{0,60})?")
# A name as the value, which is no call and no list: most values of a program. Nothing is read of it but where values need no quotes.
PLAIN = re.compile(rb"[A-Za-z_][\w.]{0,80}(?:[,;)]|[ \t]{0,8}\r?\n(?!\s{0,4}[\[({]))")
BLOCK = re.compile(rb"[ \t]{0,20}[|>][+-]?\d?[ \t]{0,8}(?:#[^\n]{0,80})?\r?\n")
SET = re.compile(
    rb"(?i)(?:^|[\s;&(@\\])(?:env|arg|set|setx|export|declare|%?define|setenv|const|local|readonly|set[ \t]+-[a-z]{1,3})[ \t]+\Z"
)
