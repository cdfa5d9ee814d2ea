"""Names and values as SQL text, for every test that writes SQL. The runners put tests/ on Python's path."""


def quote(name):
    return '"%s"' % name.replace('"', '""')


def quoted(names):
    return ", ".join(map(quote, names))


def literal(value):
    """A parameter's value, as Python has it, for a script."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return "x'%s'" % value.hex()
    if isinstance(value, str):
        return "'%s'" % value.replace("'", "''")
    return repr(value)
