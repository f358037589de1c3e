"""Numbers that people read are written by one type."""

import pathlib
import re
import unittest

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "Sources"
WRITER = "Vocabulary/WrittenNumber.swift"
# Tables of measurements for developers, and documents that these make.
OWN = ("audit-bench/", "audit-simulate/")
PATTERN = re.compile(r"String\(\s*format:|\bNumberFormatter\b|\.formatted\(\s*\)")


def offenders(sources):
    for path in sorted(sources.rglob("*.swift")):
        name = path.relative_to(sources).as_posix()
        if name == WRITER or name.startswith(OWN):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if PATTERN.search(line):
                yield f"{name}:{number}: {line.strip()}"


class NumberWriterTests(unittest.TestCase):
    def test_no_other_type_formats_numbers(self):
        self.assertEqual(list(offenders(SOURCES)), [])

    def test_an_offender_is_found(self):
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "Room", "File.swift")
            path.parent.mkdir()
            path.write_text('let text = String(format: "%.2f", value)\nlet other = seconds.formatted()\n')
            self.assertEqual(len(list(offenders(pathlib.Path(folder)))), 2)


if __name__ == "__main__":
    unittest.main()
