"""The FROM clause: the object itself as t0, and each parent that a path such as Owner.Name reaches."""

from sandbox.services.salesforce.fields import Field, SObject
from sandbox.services.salesforce.schema import Schema
from sandbox.services.salesforce.soql.lexer import SoqlError

MAX_LEVELS = 5


class Sources:
    """Resolves paths to columns, joining parents as they are met."""

    def __init__(self, schema: Schema, sobject: SObject, alias: str, table: str = "") -> None:
        self._schema, self._sobject = schema, sobject
        self._own_names = {sobject.name.lower(), alias.lower()} - {""}
        self._table = table or sobject.table
        self._joins: dict[tuple[str, ...], tuple[str, str, SObject]] = {}  # path -> (alias, join, object)

    def sql(self) -> str:
        """Return the FROM clause for all paths resolved so far."""
        return " ".join([f"{self._table} as t0", *(join for _, join, _ in self._joins.values())])

    def relations(self) -> dict[tuple[str, ...], str]:
        """Return the type of the parent record at each joined path."""
        return {path: sobject.name for path, (_, _, sobject) in self._joins.items()}

    def column(self, path: str) -> tuple[Field, str, tuple[str, ...]]:
        """Return (field, SQL expression, path as the schema spells it). Raises SoqlError INVALID_FIELD."""
        parts = path.split(".")
        if len(parts) > 1 and parts[0].lower() in self._own_names:
            parts = parts[1:]
        if len(parts) > MAX_LEVELS + 1:
            raise SoqlError("INVALID_FIELD", f"more than {MAX_LEVELS} relationship levels: {path}")
        alias, sobject, spelled = "t0", self._sobject, tuple[str, ...]()
        for relationship in parts[:-1]:
            alias, sobject, spelled = self._join(alias, sobject, spelled, relationship)
        found = sobject.find(parts[-1])
        if found is None:
            raise SoqlError(
                "INVALID_FIELD",
                f"\nERROR at Row:1\nNo such column '{parts[-1]}' on entity '{sobject.name}'. If you are attempting to "
                "use a custom field, be sure to append the '__c' after the custom field name. Please reference your "
                "WSDL or the describe call for the appropriate names.",
            )
        return found, f'{alias}."{found.name}"', (*spelled, found.name)

    def _join(
        self, alias: str, sobject: SObject, spelled: tuple[str, ...], relationship: str
    ) -> tuple[str, SObject, tuple[str, ...]]:
        reference = sobject.parent(relationship)
        if reference is None or not reference.relationship:
            raise SoqlError(
                "INVALID_FIELD",
                f"\nERROR at Row:1\nDidn't understand relationship '{relationship}' in field path. If you are "
                "attempting to use a custom relationship, be sure to append the '__r' after the custom relationship "
                "name. Please reference your WSDL or the describe call for the appropriate names.",
            )
        path = (*spelled, reference.relationship)
        if path not in self._joins:
            parents = [parent for name in reference.references if (parent := self._schema.find(name))]
            own = f"t{len(self._joins) + 1}"
            table = parents[0].table if len(parents) == 1 else _union(parents)
            join = f'left join {table} as {own} on {own}."Id" = {alias}."{reference.name}"'
            parent = parents[0] if len(parents) == 1 else _common(parents)
            self._joins[path] = (own, join, parent)
        own, _, parent = self._joins[path]
        return own, parent, path


def _common(parents: list[SObject]) -> SObject:
    """A polymorphic parent (Who, What, Owner) shows what all its types share: id and name."""
    name = next(f for f in parents[0].fields.values() if f.is_name)
    shared = {"Id": parents[0].fields["Id"], name.name: name}
    return SObject("Name", "", "Names", shared)


def _union(parents: list[SObject]) -> str:
    selects = (f'select "Id", "Name" from {parent.table}' for parent in parents)
    return f"({' union all '.join(selects)})"
