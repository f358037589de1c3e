"""The check of lengths finds what is too long, and nothing in comments, strings or requirements."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check-lengths.py"


def check(code: str) -> tuple[int, str]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Code.swift").write_text(code, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(SCRIPT), folder], capture_output=True, text=True, check=False
        )
    return done.returncode, done.stderr


def function(lines: int, head: str = "func long()") -> str:
    """A function of so many lines, its first and last included."""
    return head + " {\n" + "  work()\n" * (lines - 2) + "}\n"


class CheckLengths(unittest.TestCase):
    def test_functions_may_have_sixty_lines_and_no_more(self) -> None:
        heads = [
            "func long()", "func long<T>(_ x: [T] = [{ 1 }()]) throws -> T where T: P", "init?()",
            "var long: Int", "subscript(_ index: Int) -> Int", "deinit",
        ]
        for head in heads:
            self.assertEqual(check(function(60, head)), (0, ""), head)
            code, words = check("\n" + function(61, head))
            self.assertEqual(code, 1, head)
            self.assertIn("Code.swift:2: ", words, head)
            self.assertIn("has 61 lines, more than 60", words, head)

    def test_braces_in_texts_and_comments_do_not_count(self) -> None:
        texts = ['"}"', '#"\\"}"#', '"\\(f("{"))"', '"""\n}\n"""', "/* } /* } */ } */", "// }"]
        for text in texts:
            code = function(61).replace("work()", "work() " + text, 1)
            self.assertEqual(check(code)[0], 1, text)
            short = function(20).replace("work()", "work() " + text.replace("}", "{"), 1)
            self.assertEqual(check(short + function(50, "func next()"))[0], 0, text)

    def test_a_requirement_has_no_body(self) -> None:
        protocol = "protocol P {\n  func a()\n  init()\n}\n" + "let x = 1\n" * 80
        self.assertEqual(check(protocol + "struct S {}\n"), (0, ""))

    def test_a_file_may_have_four_hundred_lines_and_no_more(self) -> None:
        self.assertEqual(check("let x = 1\n" * 400), (0, ""))
        code, words = check("let x = 1\n" * 401)
        self.assertEqual(code, 1)
        self.assertIn("401 lines, more than 400", words)


if __name__ == "__main__":
    unittest.main()
