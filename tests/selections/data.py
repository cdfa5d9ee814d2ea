"""Values of each kind, as SQL expressions."""

TEXTS = ["''", "'a'", "'B'", "'b'", "'Ada Moreau'", "'été'", "'it''s'", "'\U0001f600 x'", "'say \"hi\"'",
         "'back\\slash'", "'12'", "'1.50'", "' lead'", "'%_'", "'null'", "'[1,2]'", "'{}'", "'\u2028'"]
WILD = ["char(9, 10, 13)", "char(1, 31, 127)", "char(8, 12)", "'a' || char(0) || 'b'", "char(65533, 1114111)",
        "CAST(x'00' AS TEXT)", "printf('%500s', 'x')", "'</script>'", "char(55357)"]
INVALID = ["CAST(x'ff41' AS TEXT)", "CAST(x'c3' AS TEXT)", "CAST(x'41eda080' AS TEXT)", "CAST(x'f09f98' AS TEXT)"]
HUGE = ["9223372036854775807", "-9223372036854775808", "9007199254740993", "-1", "0", "4294967296"]
REALS = ["0.1", "-0.0", "2.0", "1e-310", "1.7976931348623157e308", "3.14159265358979", "1e15", "123456789012345678.0",
         "-2.5", "1e21", "5e-324", "0.30000000000000004"]
INFINITE = ["9e999", "-9e999"]
BLOBS = ["x''", "x'00'", "x'deadbeef'", "x'6162'", "zeroblob(20)"]
JSON = ["'{\"a\":1,\"b\":[true,null,\"x\"]}'", "'[]'", "'[1, 2.50, {\"k\" : \"v\"}]'", "'\"s\\u00e9\"'", "'12'",
        "'null'", "'{\"a\":{\"a\":{}}}'"]


def value(random, kind, wild):
    """`wild`: the kinds of odd values that the world has: "infinite", "invalid"."""
    if random.random() < 0.15 and kind != "row":
        return "NULL"
    if kind == "int":
        return str(random.randint(-3, 12))
    if kind == "bool":
        return str(random.randint(0, 1))
    if kind == "huge":
        return random.choice(HUGE)
    if kind == "real":
        return random.choice(REALS + (INFINITE if "infinite" in wild else []))
    if kind == "blob":
        return random.choice(BLOBS)
    if kind == "json":
        return random.choice(JSON)
    if kind == "text":
        return random.choice(TEXTS)
    if kind == "wild":
        return random.choice(WILD + TEXTS + (INVALID if "invalid" in wild else []))
    return value(random, random.choice(["int", "huge", "real", "blob", "text", "wild", "bool"]), wild)


# --- keys: the i-th of each kind, all different in the eyes of their columns ---

NOCASE = ["Ab", "c", "éA", "it's", "Zz 1", "null", "x]", "QUO\"TE"]
ANY = ["1", "'1'", "2.5", "'a'", "x'31'", "'A'", "-7", "1e100", "'true'", "9007199254740993"]


def key_value(kind, i):
    if kind == "integer":
        return str([1, 2, 3, -4, 50, 9223372036854775807, 0, 7][i] if i < 8 else i + 100)
    if kind == "text":
        return ["'k0'", "''", "'K0'", "'it''s'", "'\U0001f600'", "'10'", "'9'"][i] if i < 7 else "'k%d'" % i
    if kind == "nocase":
        return "'%s'" % (NOCASE[i] if i < len(NOCASE) else "Name%d" % i).replace("'", "''")
    if kind == "real":
        return ["0.5", "-1.5", "2.0", "1e300", "0.1"][i] if i < 5 else str(i + 0.25)
    if kind == "blob":
        return ["x'00'", "x''", "x'6b31'", "x'ff'"][i] if i < 4 else "x'%04x'" % i
    if kind == "any":
        return ANY[i] if i < len(ANY) else "'any%d'" % i
    raise KeyError(kind)


def spelled(random, sql, loose):
    """The same key as another program might write it; `loose`: into a column without a type."""
    if sql.startswith("'") and random.random() < 0.4:
        return "'%s'" % "".join(c.swapcase() if c.isascii() else c for c in sql[1:-1])
    if loose and random.random() < 0.3 and sql.lstrip("-").isdigit() and len(sql) < 6:
        return random.choice(["'%s'", "%s.0"]) % sql
    return sql
