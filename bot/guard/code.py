"""Source code, queries, data in brackets, programs of machines: known by shape alone.

Must not know the other kinds, nor any word of the lexicon.
"""

import re

_CODE = re.compile(
    r"(?am)^[ \t]*#include[ \t]*[<\"]|^#!/|<\?php|<!DOCTYPE|</[A-Za-z][\w:-]{0,30}>"
    r"|^[ \t]*(?:(?:async|export|local|pub)[ \t])?(?:def|func|fn|function|[SF]ub|Function)[ \t]\w{1,60}\("
    r"|\b(?:public|private|protected)[ \t](?:static[ \t])?(?:void|int|[Ss]tring|class)[ \t]\w{1,60} ?[({;=]"
    r"|\b(?:console\.log|System\.out\.print|fmt\.Print|std::\w|print(?:f|ln)?\([\"'])|=>[ \t]?\{"
    r"|^[ \t]*(?:(?:const|let|var)[ \t][\w$]{1,60}|\$\w{1,60})[ \t]?=|^[ \t]*Dim[ \t]\w{1,60}[ \t]As\b"
    r"|^[ \t]*End[ \t](?:Sub|If|Function)\b|^[ \t]*from[ \t][\w.]{1,60}[ \t]import[ \t]"
    r"|^[ \t]*import[ \t](?:[\w.]{1,60}(?:;|[ \t]as[ \t]\w)|[^\n]{1,80}[ \t]from[ \t]['\"])"
    r"|[{\[,]\s{0,20}[\"'][^\"'\n]{1,60}[\"'][ \t]?:[ \t]?[\"'0-9\[{tfn-]|^[ \t]*=[ \t]?[A-Z][A-Z0-9.]{1,20}\("
    r"|\b(?:if|for|while|switch|catch)[ \t]?\([^()\n]{1,120}\)[ \t]?\{|\bin (?:range|enumerate)\(|\blambda \w{1,20}:"
    r"|\b(?:INSERT INTO|DELETE FROM|(?:CREATE|ALTER|DROP) TABLE|UPDATE \w{1,60} SET|SELECT[\s*][^;]{1,200}?FROM)\b"
    r"|(?i:\bselect\s(?:\*|[\w.]{1,60}(?:,[ \t]?[\w.]{1,60}){0,20})\sfrom\s[\w.]{1,60}\s?(?:;|where\b|join\b|$))"
    r"|(?<![A-Za-z])[GM][0-9]{1,3}(?:[ \t]?[XYZIJKRFS]-?[0-9]{1,6}(?:\.[0-9]{0,6})?){2}"
)
_STATEMENT = re.compile(
    r"(?a)[ \t]*(?:(?:\w{1,60}[ \t])?[A-Za-z_][\w.\[\]]{0,60}[ \t]?[-+*/:]?=[ \t]?"
    r"(?:[\"'\[{]|-?[0-9][\w.]{0,20};?$|[A-Za-z_]\w{0,60}[.(\[+*/-]|(?:[Tt]rue|[Ff]alse|None|null)\b)"
    r"|[a-z][a-z0-9]{0,30}[_.][\w.]{1,60}[ \t]?[:=][ \t]?\S|[{}\])]{1,3}[;,]?$"
    r"|(?:LDI?|AN[DI]|ORI?|OUT|SET|RST|MOVP?)[ \t]+[A-Z][0-9])"
)
_CALL = re.compile(r"\w\(|=", re.ASCII)


def shows_code(plain: str) -> bool:
    if _CODE.search(plain):
        return True
    lines = [line.rstrip() for line in plain.split("\n") if line.strip()]
    statements = sum(bool(_STATEMENT.match(line) or (line[-1] in ";{" and _CALL.search(line))) for line in lines)
    return statements > 1 and statements * 2 >= len(lines)
