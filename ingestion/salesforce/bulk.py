"""Bulk API 2.0 queries: a job on their side, its result page by page as CSV on ours; survives us and them."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from connections import Connection, ConnectionFailure, RequestRejected, Unreachable
from ingestion.frames import csv_pages

_DONE, _DEAD = "JobComplete", {"Failed", "Aborted"}


def start_job(connection: Connection, soql: str) -> dict[str, Any]:
    """Start a query over all records, deleted ones included; returns {id, created}.

    Starting the same job twice costs a job of the day's 10,000 and nothing else, so a lost answer is asked again.
    """
    body = {"operation": "queryAll", "query": soql}
    job = connection.request("POST", "jobs/query", json=body, idempotent=True).json()
    return {"id": job["id"], "created": job["createdDate"], "locator": None}


def wait_for(
    connection: Connection, job: Mapping[str, Any], patience: float, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Return when the result is there. Raises ConnectionFailure; JobLost if a new job is needed."""
    waited = 0.0
    for turn in itertools.count():
        try:
            answer = connection.request("GET", f"jobs/query/{job['id']}").json()
        except RequestRejected as rejected:
            raise JobLost(connection.system, job["id"], rejected.code) from rejected
        if answer["state"] == _DONE:
            return
        if answer["state"] in _DEAD:
            raise JobLost(connection.system, job["id"], f"{answer['state']} {answer.get('errorMessage', '')}".strip())
        pause = min(0.25 * 1.5**turn, 30.0)
        if waited + pause > patience:
            problem = f"bulk query {job['id']} is still {answer['state']} after {waited:.0f} s"
            raise Unreachable(connection.system, problem, "Run again later; the job goes on and is picked up then")
        sleep(pause)
        waited += pause


def result_pages(
    connection: Connection,
    job: dict[str, Any],
    scratch: Path,
    types: Mapping[str, pa.DataType],
    columns: Mapping[str, str],
    rows_per_page: int,
) -> Iterator[pa.Table | None]:
    """The result from `job["locator"]` on; after each page of it None is yielded, and the job holds the next locator.

    The job's locator is False once the result has been read to its end. Each page is fetched whole before its first
    row is yielded, so that a page is landed either completely or not at all.
    """
    with tempfile.NamedTemporaryFile(dir=scratch, suffix=".csv") as file:
        while job["locator"] is not False:
            params = {"maxRecords": str(rows_per_page)} | ({"locator": job["locator"]} if job["locator"] else {})
            try:
                headers = connection.download(f"jobs/query/{job['id']}/results", file.file, params=params)
            except RequestRejected as rejected:
                raise JobLost(connection.system, job["id"], rejected.code) from rejected
            file.flush()
            yield from csv_pages(Path(file.name), types, columns)
            locator = headers.get("sforce-locator", "null")
            job["locator"] = False if locator == "null" else locator
            yield None


class JobLost(ConnectionFailure):
    """A bulk job ended without a result, or its result has expired (they are kept for 7 days)."""

    def __init__(self, system: str, job: str, reason: str) -> None:
        super().__init__(system, f"bulk query {job} gave no result ({reason})", "Run again; a new job will be started")
