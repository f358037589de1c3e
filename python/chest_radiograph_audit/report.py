"""One audit's report as values; nothing is computed and nothing in the report is trusted to name a file."""

import hashlib
import json
import os
import stat
from typing import Any, Dict, Iterator, List, Optional

SCHEMA = "audit-report/1"
#: Reports are some megabytes; a file beyond this is not one.
MAXIMUM_BYTES = 1 << 30

Row = Dict[str, Any]


class ReportError(ValueError):
    """What is wrong with a report, in one sentence with its place."""


def load(path: "str | os.PathLike[str]") -> "AuditReport":
    """The report in a folder that ``audit run`` wrote, or in a ``report.json``.

    Raises :class:`ReportError` for a file that is missing, not regular, too large, not JSON or of another
    schema.
    """
    path = os.fspath(path)
    folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
    file = os.path.join(path, "report.json") if os.path.isdir(path) else path
    return AuditReport(_read_json(file), folder=folder, file=file)


class AuditReport:
    """The content of one ``report.json``.

    ``content`` is the JSON as it is. A *table* is a list of objects in it: ``subgroups``, ``comparisons``,
    ``verdicts``, ``gates`` and so on.
    """

    def __init__(self, content: Row, folder: str, file: str = "report.json"):
        if not isinstance(content, dict):
            raise ReportError(f"{file}: a report is a JSON object")
        if content.get("schema") != SCHEMA:
            raise ReportError(
                f"{file}: schema is {content.get('schema')!r}; this package reads {SCHEMA!r}"
            )
        self.content = content
        self.folder = folder
        self.file = file

    @property
    def name(self) -> str:
        return self.content["name"]

    @property
    def tables(self) -> List[str]:
        """The names that :meth:`table` takes, in alphabetical order."""
        return sorted(
            name
            for name, value in self.content.items()
            if isinstance(value, list) and value and all(isinstance(row, dict) for row in value)
        )

    def rows(self, table: str, **wanted: Any) -> List[Row]:
        """The objects of a table whose fields have the wanted values, as they stand in the report."""
        value = self.content.get(table)
        if not isinstance(value, list):
            raise ReportError(
                f"{self.file}: there is no table {table!r}; tables: {', '.join(self.tables)}"
            )
        return [row for row in value if all(row.get(key) == want for key, want in wanted.items())]

    def table(self, table: str, **wanted: Any) -> List[Row]:
        """:meth:`rows` with nested objects flattened: ``sensitivity`` becomes ``sensitivity.estimate``,
        ``sensitivity.lower`` and ``sensitivity.upper``. Lists stay lists."""
        return [dict(_flattened(row)) for row in self.rows(table, **wanted)]

    def frame(self, table: str, **wanted: Any) -> "Any":
        """:meth:`table` as a pandas data frame; pandas must be installed."""
        try:
            import pandas
        except ImportError as error:
            raise ReportError("data frames need pandas: pip install pandas") from error
        return pandas.DataFrame(self.table(table, **wanted))

    def verdicts(self, **wanted: Any) -> List[Row]:
        """The verdicts, worst first as in the report: ``verdicts(verdict="flagged", finding="Effusion")``."""
        return self.rows("verdicts", **wanted)

    @property
    def policy_passed(self) -> Optional[bool]:
        """Whether the audit's own policy passed; None where the spec sets none."""
        policy = self.content.get("policy")
        return policy.get("passed") if isinstance(policy, dict) else None

    def changed_files(self) -> List[str]:
        """Files named in ``provenance.json`` that are missing or no longer have the recorded hash.

        Says nothing about files that are not named there, and nothing about the numbers: ``audit verify``
        recomputes those.
        """
        provenance = _read_json(os.path.join(self.folder, "provenance.json"))
        files = provenance.get("files")
        if not isinstance(files, dict):
            raise ReportError("provenance.json lists no files; write the report again with 'audit report'")
        root = os.path.realpath(self.folder)
        changed = []
        for name, expected in sorted(files.items()):
            place = os.path.realpath(os.path.join(root, name))
            if os.path.commonpath([root, place]) != root:
                raise ReportError(f"provenance.json names {name!r}, which lies outside the report")
            if _sha256(place) != expected:
                changed.append(name)
        return changed


def _flattened(row: Row, prefix: str = "") -> Iterator["tuple[str, Any]"]:
    for key, value in row.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _open_regular(path: str) -> "Optional[int]":
    """A descriptor of a regular file, never of a pipe or a device that would hang; None where absent."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    return None


def _read_json(path: str) -> Row:
    descriptor = _open_regular(path)
    if descriptor is None:
        raise ReportError(f"{path}: there is no such file; name a folder that 'audit run' wrote")
    with os.fdopen(descriptor, "rb") as file:
        if os.fstat(file.fileno()).st_size > MAXIMUM_BYTES:
            raise ReportError(f"{path}: larger than {MAXIMUM_BYTES} bytes, so it is no report")
        try:
            return json.loads(file.read().decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise ReportError(f"{path}: not JSON: {error}") from error


def _sha256(path: str) -> Optional[str]:
    descriptor = _open_regular(path)
    if descriptor is None:
        return None
    digest = hashlib.sha256()
    with os.fdopen(descriptor, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
