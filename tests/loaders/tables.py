"""The README's tables of constructs: what their cells say is run on the demo database."""

import re
import sqlite3

from mapping import EXTENSION
from world import file

HEADING = "## Every way of loading, and how to say it here"


def statements():
    """(line of the page, statement) for each backticked selectin(…), related(…), SELECT and CREATE VIEW."""
    inside = False
    for number, line in enumerate(file("README.md").splitlines(), 1):
        if line.startswith("## "):
            inside = line == HEADING
        for said in re.findall(r"`([^`]+)`", line.rsplit(" | ", 1)[-1]) if inside and line.startswith("|") else []:
            if said.startswith("selectin("):
                yield number, f"SELECT key, doc FROM {said}"
            elif said.startswith("related("):
                yield number, f"SELECT {said}"
            elif said.startswith(("SELECT ", "CREATE VIEW ")):
                yield number, said


def failures():
    """None or what is wrong, for each of them: an error, or that nothing comes."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(file("sql", "demo.sql"))
    db.enable_load_extension(True)
    db.load_extension(EXTENSION)
    for number, statement in statements():
        try:
            rows = db.execute(statement).fetchall()
            useful = statement.startswith("CREATE") or rows and rows[0][-1] is not None
            yield None if useful else f"README.md:{number}: nothing comes of {statement}"
        except sqlite3.Error as refused:
            yield f"README.md:{number}: {refused}\n  {statement}"
