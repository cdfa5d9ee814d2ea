"""A random selection over a world."""

from data import TEXTS
from expression import Alias, Any, Column, Literal, Operation, Parameter, Term, has_kind
from names import folded
from selection import Case, Criterion, Except, Level, Member, Star, Value, is_aggregate, key_of, levels, outputs
from sqltext import quote

ALIASES = ["n", "total", "a b", "Order", "it's", "\U0001f600", 'q"', "select", "x1", "last", "é", "key", "doc", "any"]
PARAMETERS = [None, 0, 1, 2, 5, -1, 2.5, "a", "Ada Moreau", "12", b"\x00\xff", "été", 9007199254740993, ""]
SCALAR = ["upper({0})", "lower({0})", "length({0})", "typeof({0})", "coalesce({0}, 'none')", "hex({0})", "quote({0})",
          "substr({0}, 1, 2)", "{0} || 'x, y'", "instr({0}, 'a')", "round({0}, 1)", "CAST({0} AS TEXT)",
          "CAST({0} AS INTEGER)", "CASE WHEN {0} IS NULL THEN 'WHERE' ELSE {0} END", "{0} COLLATE NOCASE",
          "iif({0}, 1, ')')", "min({0}, 5)", "max({0}, 'b', 2)", "- {0}", "+ {0}", "NOT {0}", "({0})", "date({0})",
          "nullif({0}, 1)", "printf('%s(,', {0})", "json_array({0} IS NULL, 'x')", "json_object('a b', typeof({0}))"]
BINARY = ["{0} + {1}", "{0} - {1}", "{0} * {1}", "{0} % {1}", "{0} || {1}", "coalesce({0}, {1})", "{0} = {1}",
          "{0} < {1}", "{0} IS {1}", "{0} & {1}", "{0} IN ({1}, 1)", "max({0}, {1})"]
BOOLEAN = ["{0} IS NULL", "{0} IS NOT NULL", "{0} > 1", "{0} <> 'a'", "{0} LIKE '%a%'", "{0} BETWEEN 0 AND 6",
           "{0} IN (1, 2, 3, 'B')", "{0} NOT IN ('a', 'b')", "{0} GLOB '*a*'", "length({0}) > 1", "{0}", "typeof({0}) = 'text'",
           "{0} NOT NULL", "{0} = 'A' COLLATE NOCASE"]
JSON = ["json({0})", "json_extract({0}, '$.a')", "json({0})", "json_array(json({0}), 1)", "{0} ->> '$[0]'", "json_type({0})"]
AGGREGATES = {
    "any": ["count({0})", "count(DISTINCT {0})", "max({0})", "min({0})", "group_concat({0})", "group_concat({0}, ' | ')",
            "json_group_array(typeof({0}))", "count({0}) FILTER (WHERE {0} > 1)", "max({0}) IS NULL", "1 + count({0})"],
    "int": ["sum({0})", "total({0})", "avg({0})", "sum({0} + 1)", "json_group_array({0})", "coalesce(sum({0}), 0) * 2"]}
SUFFIXES = ["", "", "", " DESC", " ASC", " NULLS LAST", " DESC NULLS FIRST", " COLLATE NOCASE", " COLLATE RTRIM DESC"]


class Maker:
    def __init__(self, random, world):
        self.random = random
        self.world = world
        self.parameters = []
        self.budget = 9  # levels

    def chance(self, p):
        return self.random.random() < p

    def make(self):
        owner = self.random.choice(self.owners())
        root = self.level(owner, None, 0)
        case = Case(self.world, root, style=self.random.randrange(1 << 30))
        if self.chance(0.2):
            case.criteria = self.criteria(root)
        case.parameters = self.parameters
        return case

    def make_related(self):
        """The relationship of an owner, beside a value; None where there is none."""
        found = [r for r in self.world.relationships.values() if self.has_key(self.world.tables[r.owner])]
        if not found:
            return None
        relationship = self.random.choice(found)
        level = self.level(relationship.target, relationship, 1)
        root = Level(relationship.owner, items=[Value(Literal("1"), "one"), Member(level, "related")])
        return Case(self.world, root, [], self.parameters, self.random.randrange(1 << 30))

    def make_whole(self):
        """All rows of the largest table with all their members: what is read as whole tables."""
        owner = max(self.owners(), key=lambda name: len(self.world.tables[name].rows))
        root = Level(owner)
        for relationship in self.world.of(owner)[:4]:
            level = self.level(relationship.target, relationship, 2)
            if self.chance(0.7):
                level.limit = level.offset = None
            root.items.append(Member(level))
        return Case(self.world, root, [], self.parameters, self.random.randrange(1 << 30))

    def has_key(self, table):
        """A key that can be given from outside: JSON has no BLOBs."""
        return len(table.identity) == 1 or len(table.identity) > 1 and not any(
            cell.startswith("x'") for row in table.rows for cell in row)

    def owners(self):
        """Tables with relationships more often."""
        return list(self.world.tables) + [owner for owner, _ in self.world.relationships] * 2

    # --- levels ---

    def level(self, table, relationship, depth):
        self.budget -= 1
        level = Level(table, relationship and (relationship.owner, relationship.name))
        scope = self.scope(table, relationship)
        if self.chance(0.15 if relationship else 0.05):
            self.aggregates(level, scope)
        else:
            self.items(level, scope, depth)
        self.clauses(level, scope)
        return level

    def scope(self, table, relationship):
        """The columns that expressions may be about: the table's first."""
        tables = [table]
        if relationship is not None and relationship.target_key:
            tables.append(self.world.secondary(relationship))
        return tables

    def columns(self, scope, kinds=None):
        found = [(name, column) for name in scope for column in self.world.tables[name].columns]
        return [Column(name, column.name) for name, column in found if kinds is None or column.kind in kinds]

    def items(self, level, scope, depth):
        table = self.world.tables[level.table]
        names = [column.name for column in table.columns]
        used = set()
        shape = self.random.random()
        if shape < 0.25:
            level.items.append(Star())
        if shape < 0.25 or shape > 0.85:
            for name in self.random.sample(names, self.random.choice([0, 0, 1, min(2, len(names) - 1)])):
                level.items.append(Except(name))
        if shape < 0.85:
            for name in self.random.sample(names, self.random.randint(0, min(3, len(names)))):
                self.add(level, Value(Column(level.table, name)), used)
            if self.chance(0.03) and table.identity == ["rowid"] or self.chance(0.01) and not (
                    table.without_rowid or table.view_of or any(folded(c.name) == "rowid" for c in table.columns)):
                self.add(level, Value(Column(level.table, "rowid")), used)
            for column in self.linked(scope):
                self.add(level, Value(column), used)
            for _ in range(self.random.choice([0, 0, 1, 1, 2])):
                self.add(level, Value(self.item_expression(scope), self.alias(names)), used)
        self.relate(level, scope, used, depth)
        if self.chance(0.5):
            self.random.shuffle(level.items)

    def linked(self, scope):
        """Columns of the secondary that its name alone can mean."""
        if len(scope) == 1 or self.chance(0.5):
            return []
        there = {folded(column.name) for column in self.world.tables[scope[0]].columns}
        found = [column for column in self.columns(scope[1:]) if folded(column.name) not in there]
        return [self.random.choice(found)] if found else []

    def alias(self, names):
        return self.random.choice(names) if self.chance(0.15) else self.random.choice(ALIASES)

    def add(self, level, item, used):
        """Unless its key is there."""
        key = folded(key_of(item, self.world))
        if key in used:
            return
        used.add(key)
        level.items.append(item)

    def relate(self, level, scope, used, depth):
        related = self.world.of(level.table)
        columns = {folded(column.name) for column in self.columns(scope)}
        for _ in range(self.random.choice([[0, 1, 1, 2, 3], [0, 0, 1, 2], [0, 0, 0, 1], [0]][min(depth, 3)])):
            if not related or self.budget <= 0:
                return
            relationship = self.random.choice(related)
            alias = self.random.choice(ALIASES) if self.chance(0.25) else None
            key = folded(alias or relationship.name)
            if key in used or (alias is None and key in columns and self.chance(0.8)):
                continue
            used.add(key)
            level.items.append(Member(self.nested(relationship, columns, depth, key), alias))

    def nested(self, relationship, columns, depth, key):
        if self.chance(0.1):
            level = Level(relationship.target, (relationship.owner, relationship.name), bare=True)
        else:
            level = self.level(relationship.target, relationship, depth + 1)
        level.inner = self.chance(0.12)
        if relationship.owner == relationship.target and self.chance(0.6) and not is_aggregate(level) \
                and self.world.tables[level.table].identity:
            held = {folded(name) for name, _ in outputs(self.world, level, [])}
            if key not in held:  # for each member is to have it, too
                level.recursive = self.random.choice([0, 0, 1, 2, 3])
        if level.bare and folded(relationship.name) in columns and level.recursive is None:
            level.bare = level.inner
        return level

    # --- clauses ---

    def clauses(self, level, scope):
        aggregate = is_aggregate(level)
        if self.chance(0.3 if level.relationship else 0.2):
            level.where = self.boolean(scope, 2)
            if not aggregate:
                level.where = self.with_alias(level, level.where, scope)
        view = self.world.tables[level.table].view_of is not None
        if self.chance(0.4) or (view and level.relationship is None):
            level.order = self.order(level, scope)
            if view:
                level.order += [Term(Column(level.table, name)) for name in self.world.tables[level.table].primary]
        if self.chance(0.2) and not (aggregate and view and level.relationship):
            level.limit = self.count()
            if self.chance(0.4):
                level.offset = self.count()

    def with_alias(self, level, where, scope):
        aliases = [item.alias for item in level.items if isinstance(item, Value) and item.alias is not None
                   and not has_kind(item.expression, "window") and not self.is_column(item.alias, scope)]
        if not aliases or self.chance(0.6):
            return where
        return Operation("{0} OR {1} IS NOT NULL", [where, Alias(self.random.choice(aliases))])

    def is_column(self, name, scope):
        return folded(name) == "rowid" or any(
            folded(column.name) == folded(name) for table in scope for column in self.world.tables[table].columns)

    def order(self, level, scope):
        terms = []
        values = [(i, item) for i, item in enumerate(level.items) if isinstance(item, Value)]
        aggregate = is_aggregate(level)
        for _ in range(self.random.choice([1, 1, 2])):
            shape = self.random.random()
            suffix = self.random.choice(SUFFIXES)
            if shape < 0.15 and values and not aggregate:
                terms.append(Term(None, suffix, self.random.choice(values)[0] + 1))
            elif shape < 0.3 and not aggregate and any(item.alias for _, item in values):
                item = self.random.choice([item for _, item in values if item.alias])
                expression = Alias(item.alias)
                if self.chance(0.3) and not self.is_column(item.alias, scope):
                    expression = Operation(self.random.choice(["- {0}", "+{0}", "{0} + 0"]), [expression])
                terms.append(Term(expression, suffix))
            elif shape < 0.7:
                terms.append(Term(self.random.choice(self.columns(scope)), suffix))
            else:
                expression = Operation("{0} " + self.random.choice(["+ 0", "IS NULL", "|| ''", "> 2"]),
                                       [self.random.choice(self.columns(scope))])
                if self.chance(0.3) and self.world.of(level.table):
                    expression = self.any(level.table, 1)
                terms.append(Term(expression, suffix))
        return terms

    def count(self):
        number = self.random.choice([0, 1, 2, 2, 3, 3, 5, -1])
        shape = self.random.random()
        if shape < 0.2:
            return self.parameter(number)
        if shape < 0.3:
            return Literal("(SELECT %d)" % number)
        return Literal("1 + %d" % number if shape < 0.4 else str(number))

    # --- expressions ---

    def parameter(self, value):
        if value in self.parameters:
            return Parameter(self.parameters.index(value) + 1)
        if len(self.parameters) == 32:
            return Literal("1")
        self.parameters.append(value)
        return Parameter(len(self.parameters))

    def literal(self):
        shape = self.random.random()
        if shape < 0.35:
            return self.parameter(self.random.choice(PARAMETERS))
        return Literal(self.random.choice(TEXTS + ["1", "2", "0", "-1", "3.5", "NULL", "x'00ff'", "TRUE", "1e3"]))

    def value(self, scope, depth):
        if depth == 0 or self.chance(0.3):
            return self.random.choice(self.columns(scope)) if self.chance(0.85) else self.literal()
        shape = self.random.random()
        if shape < 0.5:
            return Operation(self.random.choice(SCALAR), [self.value(scope, depth - 1)])
        if shape < 0.75:
            return Operation("(%s)" % self.random.choice(BINARY), [self.value(scope, depth - 1), self.value(scope, 0)])
        if shape < 0.82 and self.columns(scope, ["json"]):
            return Operation(self.random.choice(JSON), [self.random.choice(self.columns(scope, ["json"]))])
        if shape < 0.92:
            return self.subquery(scope)
        if self.world.of(scope[0]):
            return self.any(scope[0], depth)
        return self.literal()

    def item_expression(self, scope):
        if self.chance(0.1):
            return self.window(scope)
        if self.chance(0.2) and self.columns(scope, ["json"]):
            return Operation("json({0})", [self.random.choice(self.columns(scope, ["json"]))])
        if len(scope) > 1 and self.chance(0.5):
            return self.random.choice(self.columns(scope[1:]))
        return self.value(scope, 2)

    def window(self, scope):
        column = self.random.choice(self.columns(scope))
        keys = [Column(scope[0], name) for name in self.world.tables[scope[0]].identity]
        template = self.random.choice([
            "rank() OVER (ORDER BY {0})", "count(*) OVER ()", "count({0}) OVER (PARTITION BY typeof({0}))",
            "dense_rank() OVER (PARTITION BY {0} IS NULL ORDER BY {0} DESC)", "count(*) FILTER (WHERE {0} > 1) OVER ()"])
        if keys and self.chance(0.4):
            template = "row_number() OVER (ORDER BY {0}, %s)" % ", ".join(
                "{%d}" % (i + 1) for i in range(len(keys)))
        return Operation(template, [column] + keys, "window")

    def subquery(self, scope):
        """Correlated with the level's table."""
        column = self.random.choice(self.columns(scope[:1]))
        other = self.world.tables[self.random.choice(list(self.world.tables))]
        of = quote(self.random.choice(other.columns).name)
        template = self.random.choice([
            "(SELECT count(*) FROM %(t)s AS o WHERE o.%(c)s = {0})", "(SELECT max(typeof(o.%(c)s)) FROM %(t)s AS o)",
            "EXISTS (SELECT 1 FROM %(t)s AS o WHERE o.%(c)s IS {0})", "{0} IN (SELECT %(c)s FROM %(t)s)",
            "(WITH o AS (SELECT %(c)s AS c FROM %(t)s WHERE 1 ORDER BY 1 LIMIT 2) SELECT count(c = {0}) FROM o)"])
        template = template % {"t": escaped(quote(other.name)), "c": escaped(of)}
        kind = "" if template.startswith("{0} IN") else "subquery"
        return Operation(template, [column], kind)

    def any(self, owner, depth):
        related = self.world.of(owner)
        relationship = self.random.choice(related)
        expression = None
        if self.chance(0.7):
            expression = self.boolean(self.scope(relationship.target, relationship), depth - 1)
        return Any(owner, relationship.name, expression, self.random.choice(["any", "any", "has"]))

    def boolean(self, scope, depth):
        shape = self.random.random()
        if depth > 0 and shape < 0.3:
            word = self.random.choice(["{0} AND {1}", "{0} OR {1}", "NOT ({0})", "({0}) OR ({1})", "{0} IS NOT ({1})"])
            return Operation(word, [self.boolean(scope, depth - 1), self.boolean(scope, depth - 1)][:word.count("{")])
        if self.world.of(scope[0]) and depth >= 0 and self.chance(0.45 if depth else 0.1):
            word = self.random.choice(["{0}", "{0}", "NOT {0}", "{0} = 0", "{0} + 1 > 1"])
            return Operation(word, [self.any(scope[0], depth)])
        if shape < 0.5:
            return Operation("{0} %s {1}" % self.random.choice(["=", "<", ">", "IS", "<>"]),
                             [self.random.choice(self.columns(scope)), self.literal()])
        return Operation(self.random.choice(BOOLEAN), [self.value(scope, max(depth - 1, 0))])

    # --- aggregates ---

    def aggregates(self, level, scope):
        used = set()
        for _ in range(self.random.randint(1, 3)):
            ints = self.columns(scope, ["int", "bool"])
            others = [c for c in self.columns(scope) if not self.folds(c)]
            template = "count(*)"
            column = []
            if ints and self.chance(0.5):
                template, column = self.random.choice(AGGREGATES["int"]), [self.random.choice(ints)]
            elif others:
                template, column = self.random.choice(AGGREGATES["any"]), [self.random.choice(others)]
            if self.chance(0.1) and self.world.of(level.table):
                template, column = "count(*) FILTER (WHERE {0})", [self.any(level.table, 1)]
            self.add(level, Value(Operation(template, column, "aggregate"), self.random.choice(ALIASES)), used)

    def folds(self, column):
        """Whether its column holds values that are equal and yet not the same."""
        of = self.world.tables[column.table].column(column.name)
        return of.collation or of.kind in ("anything", "real", "foreign", "key", "huge") or of.type == ""

    # --- FOR EACH ---

    def criteria(self, root):
        tables = set()
        for level in levels(root):
            tables.add(level.table)
            if level.relationship is not None:
                tables.add(self.world.secondary(self.world.relationships[level.relationship]))
        tables.discard(None)
        found = []
        for _ in range(self.random.choice([1, 1, 2])):
            table = self.random.choice(sorted(tables))
            found.append(Criterion(table, self.boolean([table], 1)))
        return found


def escaped(sql):
    """For a template."""
    return sql.replace("{", "{{").replace("}", "}}")
