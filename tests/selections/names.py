"""Names and values as SQL text."""

import re

KEYWORDS = set("""abort action add after all alter always analyze and any as asc attach autoincrement before begin
between by cascade case cast check collate column commit conflict constraint create cross current database
default deferrable deferred delete desc detach distinct do drop each else end escape except exclude exclusive
exists explain fail filter first following for foreign from full generated glob group groups has having if
ignore immediate in index indexed initially inner insert instead intersect into is isnull join key last left
like limit match materialized natural no not nothing notnull null nulls of offset on or order others outer
over partition plan pragma preceding primary query raise range recursive references regexp reindex release
rename replace restrict returning right rollback row rows savepoint select set table temp then ties to
transaction trigger unbounded union unique update using vacuum values view virtual when where window with
without true false rowid count""".split())


def is_plain(name):
    return re.fullmatch(r"[A-Za-z_][A-Za-z_0-9]*", name) is not None and name.lower() not in KEYWORDS


def folded(name):
    """What is the same name to SQLite is the same text."""
    return re.sub("[A-Z]", lambda letter: letter.group().lower(), name)
