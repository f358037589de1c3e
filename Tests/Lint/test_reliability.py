"""What docs/reliability.md says of tests, commands and readers is there."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """What stands below a heading, up to the next one."""
    return TEXT.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> "list[list[str]]":
    """The cells of every table's rows, headings and rules left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if not re.fullmatch(r"[-:]+", row[0])][1:]


class Reliability(unittest.TestCase):
    def test_every_suite_that_it_names_exists(self) -> None:
        sources = "\n".join(
            path.read_text(encoding="utf-8") for path in (ROOT / "Tests").rglob("*.swift")
        )
        suites = set(re.findall(r"\bstruct (\w+Tests)\b", sources))
        named = re.findall(r"`(\w+Tests)`", TEXT)
        self.assertGreater(len(named), 20)
        self.assertEqual([name for name in named if name not in suites], [])

    def test_every_kind_of_attack_names_a_test(self) -> None:
        kinds = rows(section("What was attacked, and the test of each kind"))
        self.assertGreater(len(kinds), 10)
        for kind, tests in kinds:
            self.assertRegex(tests, r"`\w+Tests`", kind)

    def test_every_command_that_it_names_is_a_target(self) -> None:
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        for name in set(re.findall(r"`make ([\w-]+)", TEXT)):
            self.assertRegex(makefile, rf"(?m)^{name}:", name)

    def test_every_fuzzed_reader_is_counted_and_has_seeds(self) -> None:
        script = (ROOT / "scripts/fuzz.sh").read_text(encoding="utf-8")
        readers = " ".join(re.findall(r"readers\+?=\(([a-z ]+)\)", script)).split()
        counted = [row[0].split(" ", 1)[0] for row in rows(section("Invented input"))]
        self.assertEqual(sorted(counted), sorted(readers))
        for reader in readers:
            self.assertTrue(any((ROOT / "Tests/Fuzz" / reader).iterdir()), reader)


if __name__ == "__main__":
    unittest.main()
