"""A selection as text, spelled in one of many ways; and expressions as declarations have them."""

import random
import re

from expression import Alias, Any, Column, Literal, Operation, Parameter, Term
from names import folded, is_plain
from selection import Except, Level, Member, Star, Value
from sqltext import quote

TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^]]*\]|\?\d+|\s+|[(),]|.""", re.S)
BLANKS = [" "] * 6 + ["\n", "\t", "  ", " /* WHERE ( , */ ", " -- ) ORDER BY '\n", "\r\n", "/**/"]


class Spelling:
    """Writes names, expressions and levels; without a style plainly."""

    def __init__(self, world, style=None):
        self.world = world
        self.random = random.Random(style)
        self.tidy = style is None
        self.related = {(owner, folded(name)) for owner, name in [*world.relationships, *world.unread]}

    def chance(self, p):
        return not self.tidy and self.random.random() < p

    def name(self, name):
        if name != "rowid" and self.chance(0.1):
            name = "".join(c.swapcase() if "a" <= c <= "z" or "A" <= c <= "Z" else c for c in name)
        return self.exact(name)

    def exact(self, name):
        """An alias, whose letters are kept."""
        if is_plain(name) and not self.chance(0.2):
            return name
        if self.chance(0.15) and "]" not in name:
            return "[%s]" % name
        if self.chance(0.15):
            return "`%s`" % name.replace("`", "``")
        return quote(name)

    def column(self, column, level, qualified):
        """`level`: the table and the secondary that the names are looked up in."""
        table, secondary = level
        hidden = column.table == secondary and any(
            folded(c.name) == folded(column.name) for c in self.world.tables[table].columns)
        if column.name == "rowid" and column.table == secondary:
            hidden = True
        if qualified or hidden or self.chance(0.25):
            return "%s.%s" % (self.name(column.table), self.name(column.name))
        return self.name(column.name)

    def expression(self, it, level, qualified=False):
        if isinstance(it, Column):
            return self.column(it, level, qualified)
        if isinstance(it, Literal):
            return it.sql
        if isinstance(it, Parameter):
            return "?%d" % it.number
        if isinstance(it, Alias):
            return self.exact(it.name)
        if isinstance(it, Any):
            return self.any(it)
        inside = qualified or it.kind == "subquery"
        return it.template.format(*[self.expression(part, level, inside) for part in it.parts])

    def any(self, it):
        relationship = self.world.relationships[it.owner, it.name]
        level = (relationship.target, self.world.secondary(relationship))
        inside = ", " + self.expression(it.expression, level) if it.expression is not None else ""
        word = it.word.upper() if self.chance(0.1) else it.word
        return "%s(%s%s)" % (word, self.name(it.name), inside)

    def term(self, term, level, qualified=False, aliases=()):
        if isinstance(term.expression, Column) and folded(term.expression.name) in aliases:
            qualified = True  # else it is the alias
        text = str(term.number) if term.number else self.expression(term.expression, level, qualified)
        if isinstance(term.expression, Operation) and "COLLATE" in term.suffix:
            text = "(%s)" % text  # else it is the last operand's
        while self.chance(0.15):
            text = "(%s)" % text
        return text + term.suffix

    def item(self, item, level):
        if isinstance(item, Star):
            return "*"
        if isinstance(item, Except):
            return "-" + self.name(item.column)
        if isinstance(item, Value) and item.alias is None:
            return self.name(item.expression.name)
        if isinstance(item, Value):
            text = self.expression(item.expression, level)
            called = re.match(r"\w+(?=\()", text)
            if called and (level[0], folded(called.group())) in self.related:
                text = "(%s)" % text  # else it is the relationship
        else:
            text = self.member(item.level)
        return text + " AS " + self.exact(item.alias) if item.alias is not None else text

    def member(self, level):
        text = self.name(level.relationship[1])
        hints = ["inner"] * level.inner + ([level.strategy] if level.strategy else [])
        if not self.tidy:
            self.random.shuffle(hints)
        for hint in hints:
            text += "!" + (hint.upper() if self.chance(0.05) else hint)
        if level.recursive is not None:
            text += "!recursive" + ("(%d)" % level.recursive if level.recursive else "")
        return text if level.bare else "%s(%s)" % (text, self.level(level))

    def level(self, level):
        relationship = self.world.relationships.get(level.relationship)
        scope = (level.table, self.world.secondary(relationship) if relationship else None)
        text = ", ".join(self.item(item, scope) for item in level.items)
        if level.where is not None:
            text += " WHERE " + self.expression(level.where, scope)
        if level.order:
            aliases = {folded(item.alias or "") for item in level.items if isinstance(item, (Value, Member))}
            text += " ORDER BY " + ", ".join(
                self.term(term, scope, aliases=aliases) for term in level.order)
        if level.limit is not None:
            text += " LIMIT " + self.expression(level.limit, scope)
        if level.offset is not None:
            text += " OFFSET " + self.expression(level.offset, scope)
        return text.strip()

    def selection(self, case, root):
        text = self.level(root)
        for criterion in case.criteria:
            text += " FOR EACH %s WHERE %s" % (
                self.name(criterion.table), self.expression(criterion.expression, (criterion.table, None)))
        return self.laid_out(text.strip())

    def related_selection(self, level):
        return self.laid_out(self.level(level))

    def laid_out(self, text):
        """Blanks and comments where they may stand, and ? for ?n where that is the same."""
        out, highest = [], 0
        for token in TOKEN.findall(text):
            if token.isspace():
                token = token if self.tidy else self.random.choice(BLANKS)
            elif re.fullmatch(r"\?\d+", token):
                number = int(token[1:])
                if number == highest + 1 and self.chance(0.5):
                    token = "?"
                highest = max(highest, number)
            elif token in "(),":
                token = self.blank() + token + self.blank()
            out.append(token)
        return "".join(out)

    def blank(self):
        return self.random.choice(BLANKS) if self.chance(0.03) else ""


def in_declaration(world, target):
    """A writer of a relationship's condition and order_by."""
    spelling = Spelling(world)

    def write(it):
        if isinstance(it, Term):
            return spelling.term(it, (target, None), True)
        return "(%s)" % spelling.expression(it, (target, None), True)
    return write
