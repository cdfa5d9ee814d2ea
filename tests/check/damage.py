"""What may happen to a database behind the back of its declarations. Each damage takes a connection that has
not loaded the extension, and returns what it did, or None where there was nothing to do it to."""

import re
import sqlite3

from sqltext import literal, quote
from world import KINDS, key_value

MARK = "made by relationship"


class Damager:
    def __init__(self, random, world, connection):
        self.random = random
        self.world = world
        self.connection = connection
        self.done = []
        self.renamed = False  # tables or columns have other names than the world says
        self.dropped = False
        # An object without the mark is not known for ours once no declaration names it.
        self.unmarks = random.random() < 0.4

    def run(self, sql):
        self.done.append(sql)
        self.connection.execute(sql)

    def attempt(self, sql):
        """SQLite may refuse it."""
        try:
            self.run(sql)
        except sqlite3.Error as error:
            self.done[-1] = "-- %s\n--   %s" % (sql.replace("\n", " "), error)
            return False
        return True

    def made(self, kind):
        return self.connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = ? AND sql LIKE '%' || ? || '%' "
            "ORDER BY name", (kind, MARK)).fetchall()

    # --- rows ---

    def without_triggers(self, statements):
        """As REPLACE and bulk loaders write: no trigger fires, and all are there again after."""
        triggers = self.connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid").fetchall()
        for name, _ in triggers:
            self.connection.execute("DROP TRIGGER " + quote(name))
        for sql in statements:
            self.attempt(sql)
        for _, sql in triggers:
            self.connection.execute(sql)

    def rows_of(self, table):
        return [v for (v,) in self.connection.execute("SELECT v FROM %s ORDER BY v" % quote(table))]

    def delete_rows(self):
        table = self.random.choice(self.tables())
        rows = self.rows_of(table)
        if rows:
            some = [v for v in rows if self.random.random() < 0.3] or rows[:1]
            self.without_triggers(["DELETE FROM %s WHERE v IN (%s)" % (
                quote(table), ", ".join(map(str, some)))])

    def refer_elsewhere(self):
        """A key refers to a row that is not there, or to none."""
        key = self.random.choice(self.keys())
        rows = self.rows_of(key.child)
        if not rows:
            return
        kind = next(kind for kind, columns in KINDS.items() if [c.name for c in columns] ==
                    [c for c in key.parent_columns] and [c.type for c in columns] ==
                    [self.world.tables[key.parent].column(c).type for c in key.parent_columns])
        values = list(key_value(kind, 40 + self.random.randrange(3)))
        for i in range(len(values)):
            if self.random.random() < 0.25:
                values[i] = None
        setting = ", ".join("%s = %s" % (quote(c), literal(value))
                            for c, value in zip(key.columns, values))
        self.without_triggers(["UPDATE OR IGNORE %s SET %s WHERE v = %d" % (
            quote(key.child), setting, self.random.choice(rows))])

    def replace(self):
        """An owner gives way to a row of another key."""
        table = self.random.choice(self.tables())
        rows = self.rows_of(table)
        if not rows:
            return
        self.run("PRAGMA recursive_triggers = OFF")
        self.run("CREATE UNIQUE INDEX temporarily ON %s(v)" % quote(table))
        primary = self.world.tables[table].primary
        names = [c.name for c in self.world.tables[table].columns if c.name not in primary]
        kind = [k for k, columns in KINDS.items() if [c.name for c in columns] == primary]
        if kind and not self.world.tables[table].ends:
            values = key_value(kind[0] if kind[0] in ("integer", "pair") else self.kind_of(table), 50)
            self.attempt("REPLACE INTO %s(%s) SELECT %s FROM %s WHERE v = %d" % (
                quote(table), ", ".join(map(quote, primary + names)),
                ", ".join(list(map(literal, values)) + list(map(quote, names))), quote(table),
                self.random.choice(rows)))
        self.run("DROP INDEX temporarily")

    def kind_of(self, table):
        column = self.world.tables[table].column("id")
        return next(kind for kind, (first, *more) in KINDS.items()
                    if not more and (first.type, first.collation) == (column.type, column.collation))

    def repeat(self):
        """Two rows where one may be: the UNIQUE index that would refuse the second is gone."""
        for name, sql in self.made("index"):
            if "UNIQUE" in sql and self.random.random() < 0.7:
                self.run("DROP INDEX " + quote(name))
                match = re.match(r'CREATE UNIQUE INDEX .*? ON "((?:[^"]|"")*)" ?\(', sql, re.S)
                if match is None:
                    return
                table = match[1].replace('""', '"')
                for key in self.keys():
                    if key.child != table:
                        continue
                    rows = self.rows_of(table)
                    if len(rows) < 2:
                        continue
                    a, b = self.random.sample(rows, 2)
                    setting = ", ".join("%s = (SELECT %s FROM %s WHERE v = %d)" % (
                        quote(c), quote(c), quote(table), a) for c in key.columns)
                    self.without_triggers(["UPDATE OR IGNORE %s SET %s WHERE v = %d" % (
                        quote(table), setting, b)])
                return

    # --- objects ---

    def drop_object(self):
        kind = self.random.choice(["trigger", "trigger", "view", "index"])
        for name, _ in self.made(kind):
            if self.random.random() < 0.4:
                self.run("DROP %s IF EXISTS %s" % (kind.upper(), quote(name)))

    def edit_trigger(self):
        triggers = self.made("trigger")
        if not triggers:
            return
        name, sql = self.random.choice(triggers)
        self.run("DROP TRIGGER " + quote(name))
        if self.unmarks:
            sql = re.sub(r" /\* made by relationship; sync renews it \*/", "", sql)
        self.run(re.sub(r"BEGIN", "BEGIN SELECT 1;", sql, count=1))

    def edit_view(self):
        views = self.made("view")
        if not views:
            return
        name, sql = self.random.choice(views)
        if "LIMIT 0" in sql:
            return
        self.run("DROP VIEW " + quote(name))
        if self.unmarks:
            sql = re.sub(r" /\* made by relationship; sync renews it \*/", "", sql)
        self.run(sql + " LIMIT 0")

    def take_name(self):
        """Something of the user's gets the name of a view of ours."""
        views = [name for name, _ in self.made("view")]
        for name in self.random.sample(views, min(len(views), self.random.randint(1, 2))):
            self.run("DROP VIEW " + quote(name))
            if self.random.random() < 0.5:
                self.run("CREATE TABLE %s(a)" % quote(name))
            else:
                self.run("CREATE INDEX %s ON %s(v)" % (quote(name), quote(self.random.choice(self.tables()))))

    # --- the schema ---

    def pause(self):
        """Triggers and views go, as before a migration."""
        for kind in "trigger", "view":
            for name, _ in self.made(kind):
                if not name.endswith(":names"):
                    self.run("DROP %s IF EXISTS %s" % (kind.upper(), quote(name)))

    def drop_table(self):
        table = self.random.choice(self.tables())
        if self.random.random() < 0.5:
            self.pause()
        if self.attempt("DROP TABLE " + quote(table)):
            self.forget(table)
            self.dropped = True

    def forget(self, table):
        del self.world.tables[table]
        del self.world.rows[table]
        for name, key in list(self.world.keys.items()):
            if table in (key.child, key.parent):
                del self.world.keys[name]
        self.world.relationships = [
            r for r in self.world.relationships
            if r.key in self.world.keys and (r.target_key or r.key) in self.world.keys]

    def rename_table(self):
        table = self.random.choice(self.tables())
        if self.attempt("ALTER TABLE %s RENAME TO %s" % (quote(table), quote("now " + table))):
            self.renamed = True

    def rename_column(self):
        key = self.random.choice(self.keys())
        column = self.random.choice(key.columns)
        if self.attempt("ALTER TABLE %s RENAME COLUMN %s TO %s" % (
                quote(key.child), quote(column), quote("now " + column))):
            self.renamed = True

    # --- declarations ---

    def disagree(self):
        labels = self.connection.execute("SELECT id, name FROM relationship_catalog").fetchall()
        if not labels:
            return
        (one, _), (_, other) = self.random.choice(labels), self.random.choice(labels)
        self.run("UPDATE relationship_catalog SET back_populates = %s WHERE id = %d" % (
            literal(other), one))

    def undeclare(self):
        """Behind the back of the extension: what was made stays."""
        rows = self.connection.execute("SELECT id, owner, name FROM relationship_catalog").fetchall()
        if rows:
            which, owner, name = self.random.choice(rows)
            self.run("DELETE FROM relationship_catalog WHERE id = %d" % which)
            self.world.relationships = [r for r in self.world.relationships
                                        if (r.owner, r.name) != (owner, name)]

    def tables(self):
        return list(self.world.tables)

    def keys(self):
        return list(self.world.keys.values())

    def damage(self):
        steps = [self.delete_rows, self.delete_rows, self.refer_elsewhere, self.refer_elsewhere,
                 self.replace, self.repeat, self.repeat, self.drop_object, self.edit_trigger,
                 self.edit_view]
        if not self.unmarks:
            steps += [self.disagree, self.undeclare]
        last = [self.drop_table, self.rename_table, self.rename_column]
        for _ in range(self.random.randint(1, 4)):
            self.random.choice(steps)()
        if self.random.random() < 0.1:
            self.take_name()
        if not self.unmarks and self.random.random() < 0.4:
            self.random.choice(last)()
