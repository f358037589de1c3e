#!/usr/bin/env python3
"""Fail for Swift functions and files that are too long to be one idea: ROOT..."""

import re
import sys
from pathlib import Path

FUNCTION_LINES = 60
FILE_LINES = 400

# What opens a body that has to be short.
HEAD = re.compile(
    r"(?<![\w.`])(?:func\s+(?P<func>[^\s(<]+)|(?P<init>init)[?!]?(?=\s*[(<])"
    r"|(?P<deinit>deinit)|(?P<subscript>subscript)(?=\s*[(<])|var\s+(?P<var>\w+)\s*:[^={\n]+(?=\{))"
)
# A string with any number of # before it, of one line or of several.
QUOTE = re.compile(r'(#*)("""|")')


def without_text(code: str) -> str:
    """The code with comments and strings taken out and every line break left in."""
    kept: list[str] = []
    place = 0
    while place < len(code):
        if code.startswith("//", place):
            end = code.find("\n", place)
            place = len(code) if end < 0 else end
            continue
        if code.startswith("/*", place):
            end = after_comment(code, place)
        elif quote := QUOTE.match(code, place):
            end = after_string(code, quote)
        else:
            kept.append(code[place])
            place += 1
            continue
        kept.append("\n" * code.count("\n", place, end))
        place = end
    return "".join(kept)


def after_comment(code: str, start: int) -> int:
    """The place behind a comment, whose like may lie in it."""
    depth, place = 1, start + 2
    while place < len(code) and depth:
        if code.startswith("/*", place):
            depth, place = depth + 1, place + 2
        elif code.startswith("*/", place):
            depth, place = depth - 1, place + 2
        else:
            place += 1
    return place


def after_string(code: str, quote: re.Match[str]) -> int:
    """The place behind a string, with what is interpolated in it."""
    marks, sign = quote.groups()
    escape, end = "\\" + marks, sign + marks
    place = quote.end()
    while place < len(code) and not code.startswith(end, place):
        if code.startswith(escape + "(", place):
            place = after_brackets(code, place + len(escape) + 1)
        elif code.startswith(escape, place):
            place += len(escape) + 1
        else:
            place += 1
    return place + len(end)


def after_brackets(code: str, place: int) -> int:
    depth = 1
    while place < len(code) and depth:
        if quote := QUOTE.match(code, place):
            place = after_string(code, quote)
            continue
        depth += {"(": 1, ")": -1}.get(code[place], 0)
        place += 1
    return place


def body(code: str, place: int) -> tuple[int, int] | None:
    """Where the braces of a head that ends at `place` open and close; nothing for a requirement."""
    depth = 0
    while place < len(code):
        sign = code[place]
        if sign == "{" and depth == 0:
            break
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
        if depth < 0 or (depth == 0 and sign in "};"):
            return None
        place += 1
    start, depth = place, 0
    while place < len(code):
        depth += {"{": 1, "}": -1}.get(code[place], 0)
        place += 1
        if depth == 0:
            return start, place
    return None


def faults(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    found = []
    lines = text.count("\n")
    if lines > FILE_LINES:
        found.append(f"{path}: {lines} lines, more than {FILE_LINES}")
    code = without_text(text)
    for head in HEAD.finditer(code):
        span = body(code, head.end())
        if span is None:
            continue
        first = code.count("\n", 0, head.start()) + 1
        count = code.count("\n", head.start(), span[1]) + 1
        if count > FUNCTION_LINES:
            name = next(name for name in head.groups() if name)
            found.append(f"{path}:{first}: '{name}' has {count} lines, more than {FUNCTION_LINES}")
    return found


def main(roots: list[str]) -> int:
    files = sorted(
        file
        for root in map(Path, roots)
        for file in (root.rglob("*.swift") if root.is_dir() else [root])
    )
    if not files:
        print("check-lengths: no Swift file found", file=sys.stderr)
        return 1
    found = [fault for file in files for fault in faults(file)]
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
