"""
The documents that a selection should give, by SQL composed by hand: a correlated subquery with
json_group_array for each relationship. What SQL cannot say, a recursion that leaves out the rows on
its path, is a few lines of Python over plain queries. Knows nothing of the extension.
"""

from dataclasses import dataclass

from expression import Alias, Any, Column, Literal, Operation, Parameter, walk
from names import folded
from selection import Member, is_aggregate, key_of, outputs
from sqltext import quote
from world import pairs

MOST = 4000  # members that a recursion may meet


class TooMuch(Exception):
    """A recursion over data that has too many paths."""


@dataclass
class Scope:
    """What the names of an expression stand for: table -> (alias, prefix of its columns)."""

    names: dict
    level: object = None


@dataclass
class Rows:
    """The members of a level, or the root's rows: SQL from FROM on, with an alias for the table."""

    alias: str
    scope: Scope
    source: str
    conditions: list
    tail: str  # ORDER BY and LIMIT

    def select(self, columns):
        where = " WHERE " + " AND ".join(self.conditions) if self.conditions else ""
        return "SELECT %s FROM %s%s%s" % (columns, self.source, where, self.tail)


class Oracle:
    """`functions`: composed of json_object() and its like; else of pieces of text."""

    def __init__(self, case, connection, functions):
        self.case = case
        self.world = case.world
        self.connection = connection
        self.functions = functions
        self.count = 0
        self.met = 0
        self.writing = set()  # criteria

    def rows(self):
        """(typeof(key), key, doc) of the root's rows in order."""
        query = self.query()
        return self.connection.execute(query, self.parameters()).fetchall()

    def parameters(self, **more):
        values = {"p%d" % (i + 1): value for i, value in enumerate(self.case.parameters)}
        return {**values, **more}

    def query(self):
        root, table = self.case.root, self.world.tables[self.case.root.table]
        rows = self.rows_of(root, None, [root.table])
        if is_aggregate(root):
            return "SELECT typeof(NULL), NULL, %s" % self.aggregate(root, rows)
        columns = ["%s.%s" % (rows.alias, quote(name)) for name in table.identity]
        key = "NULL"
        if len(columns) == 1:
            key = columns[0]
        elif columns:
            key = "json_array(%s)" % ", ".join(self.value(column) for column in columns)
        document = self.document(root, rows, [root.table])
        return rows.select("typeof(%s), %s, %s" % (key, key, document))

    # --- rows ---

    def alias(self, letter):
        self.count += 1
        return "%s%d" % (letter, self.count)

    def rows_of(self, level, owner, path):
        """`owner`: the alias of the row that the members belong to; `path`: the tables to here."""
        target = self.alias("t")
        if level.relationship is None:
            scope = Scope({level.table: (target, "")}, level)
            source = "%s AS %s" % (quote(level.table), target)
            conditions = self.standing(level.table, scope)
        else:
            source, conditions, scope = self.joined(level.relationship, owner, target)
            scope.level = level
        if level.where is not None:
            conditions.append("(%s)" % self.expression(level.where, scope))
        for _, item in outputs(self.world, level, path):
            if isinstance(item, Member) and self.is_inner(item.level):
                inside = self.rows_of(item.level, target, path + [item.level.table]).select("1")
                conditions.append("EXISTS (SELECT 1 FROM (%s))" % inside)
        return Rows(target, scope, source, conditions, self.order(level, scope, target) + self.limit(level, scope))

    def joined(self, name, owner, target):
        """FROM, the conditions that always hold, and the scope of a relationship's members."""
        relationship = self.world.relationships[name]
        secondary = self.world.secondary(relationship)
        names = {relationship.target: (target, "")}
        source = "%s AS %s" % (quote(relationship.target), target)
        link = None
        if secondary is not None:
            link = self.alias("l")
            names[secondary] = (link, "")
            source = "%s AS %s, %s" % (quote(secondary), link, source)
        scope = Scope(names)
        conditions = pairs(self.world, relationship, owner, target, link)
        if relationship.condition is not None:
            conditions.append("(%s)" % self.expression(relationship.condition, scope))
        conditions += self.standing(relationship.target, scope)
        if secondary is not None:
            conditions += self.standing(secondary, scope)
        return source, conditions, scope

    def standing(self, table, scope):
        """FOR EACH of a table, which inside its own condition does not hold once more."""
        found = []
        for i, criterion in enumerate(self.case.criteria):
            if criterion.table == table and i not in self.writing:
                self.writing.add(i)
                found.append("(%s)" % self.expression(criterion.expression, scope))
                self.writing.remove(i)
        return found

    def is_inner(self, level):
        relationship = self.world.relationships[level.relationship]
        lazily = level.strategy is None and level.recursive is None and relationship.lazy == "joined"
        return level.inner or (relationship.innerjoin and (lazily or level.strategy == "joined"))

    def order(self, level, scope, target):
        """Each with a +: SQLite would not sort by a column that is said to be equal to something."""
        terms = [self.term(term, level, scope) for term in level.order]
        if not level.order and level.relationship is not None:
            terms = [self.term(term, level, scope)
                     for term in self.world.relationships[level.relationship].order]
        terms += ["+%s.%s" % (target, quote(name)) for name in self.world.tables[level.table].identity]
        return " ORDER BY " + ", ".join(terms) if terms else ""

    def term(self, term, level, scope):
        expression = term.expression
        if term.number:
            expression = level.items[term.number - 1].expression
        if isinstance(expression, Alias):
            expression = self.called(level, expression.name).expression
        if not self.is_of_row(expression, level):
            return "'constant'"  # which a number would not be
        return "+(%s)%s" % (self.expression(expression, scope), term.suffix)

    def is_of_row(self, expression, level):
        return any(isinstance(part, (Column, Any, Parameter)) or
                   isinstance(part, Alias) and self.is_of_row(self.called(level, part.name).expression, level)
                   for part in walk(expression))

    def limit(self, level, scope):
        if level.limit is None:
            return " LIMIT -1"
        text = " LIMIT " + self.expression(level.limit, scope)
        return text + " OFFSET " + self.expression(level.offset, scope) if level.offset is not None else text

    # --- expressions ---

    def expression(self, it, scope):
        if isinstance(it, Column):
            alias, prefix = scope.names[it.table]
            return "%s.%s" % (alias, quote(prefix + it.name))
        if isinstance(it, Literal):
            return it.sql
        if isinstance(it, Parameter):
            return ":p%d" % it.number
        if isinstance(it, Alias):
            return "(%s)" % self.expression(self.called(scope.level, it.name).expression, scope)
        if isinstance(it, Any):
            owner = scope.names[it.owner][0]
            source, conditions, inside = self.joined((it.owner, it.name), owner, self.alias("t"))
            if it.expression is not None:
                conditions.append("(%s)" % self.expression(it.expression, inside))
            return "EXISTS (SELECT 1 FROM %s WHERE %s)" % (source, " AND ".join(conditions))
        template = it.template
        if " OVER (" in template:  # as in order(): what the join says equal is not of one order
            before, by, terms = template.partition("ORDER BY ")
            template = before + by + terms.replace("{", "+{")
        return template.format(*[self.expression(part, scope) for part in it.parts])

    def called(self, level, alias):
        return next(item for item in level.items if folded(key_of(item, self.world) or "") == folded(alias))

    # --- documents ---

    def value(self, sql):
        return "CASE typeof(%s) WHEN 'blob' THEN hex(%s) ELSE %s END" % (sql, sql, sql)

    def written(self, expression, scope):
        sql = self.expression(expression, scope)
        if isinstance(expression, Operation) and expression.template.lstrip("(").startswith("json"):
            return sql  # keeps its subtype
        return self.value(sql)

    def object(self, values):
        """values: (key, SQL of a value, whether that is the text of a document)."""
        if self.functions:
            return "json_object(%s)" % ", ".join(
                "%s, %s" % (text(key), "json(%s)" % sql if nested else sql) for key, sql, nested in values)
        pieces = ["json_quote(%s) || ':' || %s" % (
            text(key), "coalesce(%s, 'null')" % sql if nested else "json_quote(%s)" % sql)
            for key, sql, nested in values]
        return "('{' || %s || '}')" % " || ',' || ".join(pieces) if pieces else "'{}'"

    def array(self, rows):
        if self.functions:
            return "(SELECT json_group_array(json(d)) FROM (%s))" % rows
        return "(SELECT '[' || coalesce(group_concat(d, ','), '') || ']' FROM (%s))" % rows

    def document(self, level, rows, path):
        values = []
        for key, item in outputs(self.world, level, path):
            if isinstance(item, Member):
                values.append((key, self.nested(item.level, key, rows.alias, path), True))
            else:
                values.append((key, self.written(item.expression, rows.scope), False))
        return self.object(values)

    def nested(self, level, key, owner, path):
        relationship = self.world.relationships[level.relationship]
        path = path + [level.table]
        if level.recursive is not None:
            return self.recursion(level, key, owner, path)
        rows = self.rows_of(level, owner, path)
        if is_aggregate(level):
            return self.aggregate(level, rows)
        members = rows.select(self.document(level, rows, path) + " AS d")
        if relationship.uselist:
            return self.array(members)
        return "(SELECT d FROM (%s) LIMIT 1)" % members

    def aggregate(self, level, rows):
        """One object over the rows in order, which a subquery gives with all their columns."""
        names, columns = {}, []
        alias = self.alias("q")
        for table, (source, _) in rows.scope.names.items():
            prefix = "" if table == level.table else "link "
            names[table] = (alias, prefix)
            shown = [column.name for column in self.world.tables[table].columns]
            shown += [name for name in self.world.tables[table].identity if name not in shown]
            columns += ["%s.%s AS %s" % (source, quote(name), quote(prefix + name)) for name in shown]
        values = [(key, self.written(item.expression, Scope(names, level)), False)
                  for key, item in outputs(self.world, level, [])]
        return "(SELECT %s FROM (%s) AS %s)" % (self.object(values), rows.select(", ".join(columns)), alias)

    # --- recursion ---

    def recursion(self, level, key, owner, path):
        """A function of the owner's identity that gives the text of its members, and theirs."""
        table = self.world.tables[level.table]
        scalar = not self.world.relationships[level.relationship].uselist
        start = self.alias("o")
        rows = self.rows_of(level, start, path)
        rows.source = "%s AS %s, %s" % (quote(level.table), start, rows.source)
        rows.conditions += ["%s.%s IS :i%d" % (start, quote(name), i)
                            for i, name in enumerate(table.identity)]
        identity = ["%s.%s" % (rows.alias, quote(name)) for name in table.identity]
        query = rows.select(", ".join([self.document(level, rows, path)] + identity))
        label = self.connection.execute("SELECT json_quote(%s)" % text(key)).fetchone()[0]

        def members(way):
            given = self.parameters(**{"i%d" % i: value for i, value in enumerate(way[-1])})
            found = self.connection.execute(query, given).fetchall()
            self.met += len(found)
            if self.met > MOST:
                raise TooMuch
            on_path = {tuple(map(typed, step)) for step in way}
            documents = []
            for document, *identity in found[:1] if scalar else found:
                if tuple(map(typed, identity)) in on_path:
                    continue
                if level.recursive == 0 or len(way) < level.recursive:
                    comma = "" if document == "{}" else ","
                    inside = members(way + [identity])
                    document = "%s%s%s:%s}" % (document[:-1], comma, label, inside)
                documents.append(document)
            if scalar:
                return documents[0] if documents else "null"
            return "[%s]" % ",".join(documents)

        def called(*identity):
            found = members([identity])
            return found.encode("utf-8", "surrogateescape") if self.world.encoding == "UTF-8" else found

        name = self.alias("recursion")
        self.connection.create_function(name, len(table.identity), called)
        owners = ", ".join("%s.%s" % (owner, quote(name)) for name in table.identity)
        return "CAST(%s(%s) AS TEXT)" % (name, owners)


def typed(value):
    return type(value), value


def text(value):
    return "'%s'" % value.replace("'", "''")
