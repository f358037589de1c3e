"""Tables that the workbench wrote, with every cell as it was before it was made safe for spreadsheets."""

import csv
import os
import re
from typing import Dict, Iterator

#: What a spreadsheet would run as a formula is written with one more apostrophe in front, at the beginning of a
#: cell and after every semicolon and line end, where a spreadsheet of another country begins a cell.
_DISARMED = re.compile("^'(?='*[\t\r\n])|(^|[;\r\n][\" ]*)'(?='*[=+@＝＋－＠-])")


def original_cell(cell: str) -> str:
    """The text that was written as ``cell``: ``'=x`` was ``=x``, ``''=x`` was ``'=x``, ``'x`` stays."""
    return _DISARMED.sub(r"\1", cell)


def read_csv(path: "str | os.PathLike[str]") -> Iterator[Dict[str, str]]:
    """The rows of a CSV of the workbench (manifests, exports, ``tables/*.csv``) as dictionaries of text."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = [original_cell(name) for name in next(rows, [])]
        for row in rows:
            yield dict(zip(header, map(original_cell, row)))
