import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from chest_radiograph_audit import original_cell, read_csv


class TableTests(unittest.TestCase):
    def test_disarmed_cells_come_back_and_others_stay(self):
        for written, cell in [
            ("'=1", "=1"), ("''=1", "'=1"), ("'x", "'x"), ("-1", "-1"), ("", ""), ("'", "'"),
            ("'＝1", "＝1"), ("'\tx", "\tx"), ("a;'=1", "a;=1"), ("a; ''-b", "a; '-b"), ("a;'b", "a;'b"),
            ("a\n'=1", "a\n=1"),
        ]:
            self.assertEqual(original_cell(written), cell)

    def test_a_table_is_read_with_its_quotes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "t.csv")
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write("path,'+b\n\"'=a,b\",2\nplain,-0.5\n")
            self.assertEqual(
                list(read_csv(path)),
                [{"path": "=a,b", "+b": "2"}, {"path": "plain", "+b": "-0.5"}],
            )


if __name__ == "__main__":
    unittest.main()
