"""What the extension does not do yet: found by trying it once."""

import re
import sqlite3

from worlds import DEMO

PROBES = {
    r"\b(any|has)\(": "SELECT * FROM selectin('users', '* WHERE any(posts)')",
    r"!inner": "SELECT * FROM selectin('users', '*, posts!inner')",
    r"!joined": "SELECT * FROM selectin('users', '*, posts!joined')",
    r"!subquery": "SELECT * FROM selectin('users', '*, posts!subquery')",
    r"!select\b": "SELECT * FROM selectin('users', '*, posts!select')",
    r"!recursive": "SELECT * FROM selectin('categories', '*, categories!recursive')",
    r"FOR EACH": "SELECT * FROM selectin('users', '* FOR EACH users WHERE active')",
    r"(?<!SELECT )\b(count|max|sum|min|group_concat)\(": "SELECT * FROM selectin('users', 'count(*) AS n')",
    r"related": "SELECT related('users', 'posts', 1)",
}


def waits(one):
    text = getattr(one, "selection", None) or ""
    if one.__class__.__name__ == "Lazy":
        text += " related"
    return next((word for word in PROBES if re.search(word, text) and not works(word)), None)


def works(word, known={}):
    if word not in known:
        try:
            DEMO.databases()[2].execute(PROBES[word]).fetchall()
            known[word] = True
        except sqlite3.Error:
            known[word] = False
    return known[word]
