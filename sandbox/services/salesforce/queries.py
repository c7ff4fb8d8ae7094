"""query and queryAll: a first page at once, the rest by nextRecordsUrl from a kept result."""

import re
import uuid

from sandbox.framework.exchange import Call, Reply
from sandbox.services.salesforce import rendering
from sandbox.services.salesforce.errors import refusal
from sandbox.services.salesforce.org import Org
from sandbox.services.salesforce.soql import Compiled, SoqlError, compile_query, parse

DEFAULT_PAGE, SMALLEST_PAGE = 2000, 200


def compiled(org: Org, text: str, *, deleted: bool) -> Compiled:
    """Return a query compiled, or raise the vendor's refusal."""
    try:
        return compile_query(parse(text), org.schema, org.clock.now().date(), deleted=deleted)
    except SoqlError as error:
        raise refusal(error.code, error.message) from None


class Queries:
    """Handlers for SOQL over REST. A kept result lives in the scratch database until its last page is read."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._kept: dict[str, tuple[Compiled, int]] = {}

    def reset(self) -> None:
        """Forget all kept results."""
        self._kept.clear()

    def query(self, call: Call) -> Reply:
        """GET query?q=."""
        return self._first(call, deleted=False)

    def query_all(self, call: Call) -> Reply:
        """GET queryAll?q=."""
        return self._first(call, deleted=True)

    def _first(self, call: Call, *, deleted: bool) -> Reply:
        text = call.value("q")
        if not text:
            raise refusal("MALFORMED_QUERY", "A query string has to be specified")
        query = compiled(self._org, text, deleted=deleted)
        if query.counts:
            with self._org.store.read() as cursor:
                total = cursor.execute(query.sql, query.parameters).fetchall()[0][0]
            return Reply({"totalSize": total, "done": True, "records": []})
        name = f"01gSB{uuid.uuid4().hex[:13]}"
        with self._org.store.read() as cursor:
            rows = cursor.execute(query.sql, query.parameters).fetchmany(_page_size(call) + 1)
            if len(rows) > _page_size(call):
                cursor.execute(f'create table scratch."{name}" as {query.sql}', query.parameters)
                total = cursor.execute(f'select count(*) from scratch."{name}"').fetchall()[0][0]
                self._kept[name] = (query, total)
                return self._page(call, name, 0)
        return Reply({"totalSize": len(rows), "done": True, "records": self._records(call, query, rows)})

    def more(self, call: Call) -> Reply:
        """GET query/<locator>-<offset>."""
        match = re.fullmatch(r"(\w+)-(\d+)", call.params["locator"])
        if not match or match[1] not in self._kept:
            raise refusal("INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(call, match[1], int(match[2]))

    def _page(self, call: Call, name: str, start: int) -> Reply:
        query, total = self._kept[name]
        end = min(start + _page_size(call), total)
        with self._org.store.read() as cursor:
            page = f'select * from scratch."{name}" where rowid >= ? and rowid < ? order by rowid'
            rows = cursor.execute(page, [start, end]).fetchall()
        answer = {"totalSize": total, "done": end >= total, "records": self._records(call, query, rows)}
        if end < total:
            answer["nextRecordsUrl"] = f"/services/data/v{call.params['version']}/query/{name}-{end}"
        return Reply(answer)

    def _records(self, call: Call, query: Compiled, rows: list[tuple[object, ...]]) -> list[dict[str, object]]:
        return rendering.records(query, rows, call.params["version"])


def _page_size(call: Call) -> int:
    match = re.search(r"batchSize=(\d+)", call.headers.get("Sforce-Query-Options", ""))
    return min(DEFAULT_PAGE, max(SMALLEST_PAGE, int(match[1]))) if match else DEFAULT_PAGE
