"""Stops a retraining loop where an audit reached certain verdicts.

    python gate.py reports/quickstart flagged notEvaluable

Prints one sentence per verdict of these kinds and ends with 1 where there is one, with 2 where the report
cannot be read. Without kinds: flagged.
"""

import sys

from chest_radiograph_audit import ReportError, load


def main(arguments):
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 64
    kinds = arguments[1:] or ["flagged"]
    try:
        report = load(arguments[0])
    except ReportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    stopping = [verdict for verdict in report.verdicts() if verdict["verdict"] in kinds]
    for verdict in stopping:
        print(verdict["sentence"])
    return 1 if stopping else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
