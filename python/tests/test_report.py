"""On the committed sample report, and on reports that must be refused."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from chest_radiograph_audit import ReportError, load  # noqa: E402

SAMPLE = os.path.join(os.path.dirname(__file__), "..", "..", "reports", "sample")


class OfTheSample(unittest.TestCase):
    def setUp(self):
        self.report = load(SAMPLE)
        with open(os.path.join(SAMPLE, "report.json"), encoding="utf-8") as file:
            self.content = json.load(file)

    def test_every_list_of_objects_is_a_table(self):
        for name in self.report.tables:
            self.assertEqual(len(self.report.table(name)), len(self.content[name]))
        self.assertIn("verdicts", self.report.tables)

    def test_rows_are_chosen_by_their_fields(self):
        flagged = [v for v in self.content["verdicts"] if v["verdict"] == "flagged"]
        self.assertEqual(self.report.verdicts(verdict="flagged"), flagged)
        self.assertEqual(self.report.verdicts(verdict="no such verdict"), [])

    def test_nested_estimates_become_columns_with_the_same_numbers(self):
        row = next(r for r in self.content["subgroups"] if r.get("sensitivity"))
        flat = self.report.table("subgroups")[self.content["subgroups"].index(row)]
        self.assertEqual(flat["sensitivity.estimate"], row["sensitivity"]["estimate"])

    def test_an_unknown_table_names_the_known_ones(self):
        with self.assertRaisesRegex(ReportError, "verdicts"):
            self.report.rows("verdikts")

    def test_the_example_ends_with_1_where_something_is_flagged(self):
        example = os.path.join(os.path.dirname(__file__), "..", "examples", "gate.py")
        environment = dict(os.environ, PYTHONPATH=os.path.join(os.path.dirname(__file__), ".."))

        def run(*words):
            return subprocess.run(
                [sys.executable, example, *words], env=environment, capture_output=True, text=True
            )

        flagged = self.report.verdicts(verdict="flagged")
        self.assertEqual(run(SAMPLE).returncode, 1 if flagged else 0)
        self.assertEqual(run(SAMPLE, "no such verdict").returncode, 0)
        self.assertEqual(run("no/such/folder").returncode, 2)


class OfWrongReports(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, content):
        with open(os.path.join(self.folder.name, name), "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))

    def test_what_is_no_report_is_refused(self):
        for content in ["", "[]", "{", "[" * 100_000, {"schema": "audit-report/9"}]:
            self.write("report.json", content)
            with self.assertRaises(ReportError):
                load(self.folder.name)

    def test_a_pipe_is_refused_and_does_not_hang(self):
        os.mkfifo(os.path.join(self.folder.name, "report.json"))
        with self.assertRaises(ReportError):
            load(self.folder.name)

    def test_changed_and_missing_files_are_named_and_others_are_not(self):
        self.write("report.json", {"schema": "audit-report/1", "name": "x"})
        self.write("same.csv", "a\n1\n")
        self.write("edited.csv", "a\n2\n")
        digest = hashlib.sha256(b"a\n1\n").hexdigest()
        names = ["same.csv", "edited.csv", "gone.csv"]
        self.write("provenance.json", {"files": {name: digest for name in names}})
        self.assertEqual(load(self.folder.name).changed_files(), ["edited.csv", "gone.csv"])

    def test_a_path_out_of_the_folder_is_refused(self):
        self.write("report.json", {"schema": "audit-report/1", "name": "x"})
        self.write("provenance.json", {"files": {"../../etc/passwd": "0"}})
        with self.assertRaisesRegex(ReportError, "outside"):
            load(self.folder.name).changed_files()


if __name__ == "__main__":
    unittest.main()
