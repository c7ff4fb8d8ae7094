"""SOQL text to tokens."""

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
  | (?P<date>\d{4}-\d\d-\d\d)
  | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*(?::\d+)?)
  | (?P<operator><=|>=|!=|<>|[=<>(),])
    """,
    re.VERBOSE,
)
ESCAPES = {"n": "\n", "N": "\n", "r": "\r", "R": "\r", "t": "\t", "T": "\t", "b": "\b", "f": "\f"}


class SoqlError(Exception):
    """A query that Salesforce refuses: `code` is MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE, ..."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Token:
    """One token: its kind, its text as written, where it begins."""

    kind: str
    text: str
    position: int

    @property
    def upper(self) -> str:
        """Return the text for comparison with keywords."""
        return self.text.upper()


def malformed(message: str) -> SoqlError:
    """Return the error for text that is no SOQL."""
    return SoqlError("MALFORMED_QUERY", message)


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a query, an `end` token last. Raises SoqlError at a character that starts none."""
    tokens, position = [], 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match or not match.lastgroup:
            raise malformed(f"line 1:{position} no viable alternative at character '{text[position]}'")
        if match.lastgroup != "space":
            tokens.append(Token(match.lastgroup, match.group(), position))
        position = match.end()
    return [*tokens, Token("end", "<EOF>", position)]


def unquote(literal: str, *, like: bool = False) -> str:
    r"""Return the value of a quoted string; with `like`, `\%` and `\_` and `\\` stay escaped for LIKE."""

    def replace(match: re.Match[str]) -> str:
        escaped = match.group(1)
        if len(escaped) > 1:
            return chr(int(escaped[1:], 16))
        if escaped in "%_\\" and like:
            return "\\" + escaped
        if escaped in ESCAPES:
            return ESCAPES[escaped]
        if escaped in "'\"\\%_":
            return escaped
        raise malformed(f"Invalid string literal {literal}. Illegal character sequence '\\{escaped}' in string literal")

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|.)", replace, literal[1:-1], flags=re.DOTALL)
