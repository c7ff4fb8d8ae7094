"""SOQL tokens to a tree."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sandbox.services.salesforce.soql.lexer import Token, malformed, tokenize

T = TypeVar("T")
COMPARISONS = ("=", "!=", "<>", "<", ">", "<=", ">=", "LIKE")
CLAUSES = ("WHERE", "WITH", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FOR", "ALL", "USING")


@dataclass(frozen=True)
class Item:
    """One selected thing: a path, or a function over one; `path` is empty for COUNT()."""

    path: str
    function: str = ""
    alias: str = ""


@dataclass(frozen=True)
class Comparison:
    """`path operator value`; the value is a token, a list of tokens (IN) or a query (IN)."""

    path: str
    operator: str
    value: "Token | list[Token] | Query"


@dataclass(frozen=True)
class Junction:
    """Conditions joined by AND or OR."""

    operator: str
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True)
class Negation:
    """NOT condition."""

    part: "Condition"


Condition = Comparison | Junction | Negation


@dataclass(frozen=True)
class Ordering:
    """One ORDER BY entry."""

    path: str
    descending: bool
    nulls_last: bool


@dataclass(frozen=True)
class Query:
    """A parsed query."""

    items: tuple[Item, ...]
    sobject: str
    alias: str = ""
    where: Condition | None = None
    group_by: tuple[str, ...] = ()
    order_by: tuple[Ordering, ...] = ()
    limit: int | None = None
    offset: int | None = None
    text: str = field(default="", compare=False)


def parse(text: str) -> Query:
    """Parse a whole query; raises SoqlError."""
    parser = _Parser(text)
    query = parser.query()
    parser.expect_end()
    return query


def parse_condition(text: str) -> Condition:
    """Parse what may follow WHERE; raises SoqlError."""
    parser = _Parser(text)
    condition = parser.condition()
    parser.expect_end()
    return condition


class _Parser:
    def __init__(self, text: str) -> None:
        self._text, self._tokens, self._at = text, tokenize(text), 0

    # -- tokens
    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _accept(self, *words: str) -> bool:
        following = self._tokens[self._at : self._at + len(words)]
        if [token.upper for token in following] != list(words) or following[0].kind == "string":
            return False
        self._at += len(words)
        return True

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise self._unexpected()

    def _word(self) -> str:
        if self._next.kind != "word":
            raise self._unexpected()
        return self._take().text

    def _unexpected(self) -> Exception:
        before = self._text[max(0, self._next.position - 30) : self._next.position + 20]
        return malformed(
            f"\n{before}\nERROR at Row:1:Column:{self._next.position + 1}\nunexpected token: '{self._next.text}'"
        )

    def expect_end(self) -> None:
        if self._next.kind != "end":
            raise self._unexpected()

    # -- clauses
    def query(self) -> Query:
        self._expect("SELECT")
        items = self._list(self._item)
        self._expect("FROM")
        sobject = self._word()
        alias = self._word() if self._next.kind == "word" and self._next.upper not in CLAUSES else ""
        where = self.condition() if self._accept("WHERE") else None
        group_by = self._list(self._word) if self._accept("GROUP", "BY") else ()
        order_by = self._list(self._ordering) if self._accept("ORDER", "BY") else ()
        limit = self._count() if self._accept("LIMIT") else None
        offset = self._count() if self._accept("OFFSET") else None
        return Query(items, sobject, alias, where, group_by, order_by, limit, offset, self._text)

    def _list(self, element: Callable[[], T]) -> tuple[T, ...]:
        elements = [element()]
        while self._accept(","):
            elements.append(element())
        return tuple(elements)

    def _item(self) -> Item:
        path = self._word()
        if not self._accept("("):
            return Item(path)
        inner = "" if self._next.text == ")" else self._word()
        self._expect(")")
        alias = self._word() if self._next.kind == "word" and self._next.upper != "FROM" else ""
        return Item(inner, path.upper(), alias)

    def _ordering(self) -> Ordering:
        path = self._word()
        descending = self._accept("DESC")
        if not descending:
            self._accept("ASC")
        nulls_last = self._accept("NULLS", "LAST")
        if not nulls_last:
            self._accept("NULLS", "FIRST")
        return Ordering(path, descending, nulls_last)

    def _count(self) -> int:
        if not self._next.text.isdigit():
            raise self._unexpected()
        return int(self._take().text)

    # -- conditions: SOQL refuses AND and OR side by side without parentheses
    def condition(self) -> Condition:
        parts = [self._unary()]
        operator = self._next.upper
        if operator in ("AND", "OR"):
            while self._accept(operator):
                parts.append(self._unary())
            if self._next.upper in ("AND", "OR"):
                raise self._unexpected()
        return parts[0] if len(parts) == 1 else Junction(operator, tuple(parts))

    def _unary(self) -> Condition:
        if self._accept("NOT"):
            return Negation(self._unary())
        if self._accept("("):
            inside = self.condition()
            self._expect(")")
            return inside
        return self._comparison()

    def _comparison(self) -> Comparison:
        path = self._word()
        if self._accept("NOT", "IN"):
            return Comparison(path, "NOT IN", self._members())
        if self._accept("IN"):
            return Comparison(path, "IN", self._members())
        if self._next.upper not in COMPARISONS:
            raise self._unexpected()
        operator = self._take().upper
        return Comparison(path, "!=" if operator == "<>" else operator, self._value())

    def _value(self) -> Token:
        if self._next.kind in ("operator", "end"):
            raise self._unexpected()
        return self._take()

    def _members(self) -> "list[Token] | Query":
        self._expect("(")
        members = self.query() if self._next.upper == "SELECT" else list(self._list(self._value))
        self._expect(")")
        return members
