"""How much of each reader its fuzz target reaches.

usage: fuzz-coverage.py READER COVERAGE

COVERAGE is what `-print_coverage=1` printed for the whole corpus. Counted are the edges of the functions in the
reader's own source files. Edges into traps (bounds, overflow) count as edges, and no input reaches those.
"""

import re
import sys

#: Where each reader is written.
SOURCES = {
    "csv": "Sources/Tables/",
    "spec": "Sources/(AuditModel/Specification|Basics/JSON)/",
    "boxes": "Sources/(AuditModel/Specification/BoxFile|Basics/JSON)",
    "report": "Sources/(AuditModel/Report|Reporting/(Charts|Document|Export|HTML|Markdown|Sections|Tables))",
    "store": "Sources/(AuditStore|Workbench/(AuditWorkspace|Publishing|ReportMaking|Verification|UseCases/Compare))",
    "png": "Sources/(Images/(Reading/(PNG|Mask|ImageReading)|Writing)|CPNGShim)",
    "image": "Sources/(Images/Reading|Images/DICOM|CJPEGShim|CPNGShim|CDICOMCodecs)",
    "weights": "Sources/Checkpoints/",
    "tokenizer": "Sources/ChexGen/Text/(SentencePiece|PieceTrie|CharactersMap|WireReader)",
    "onnx": "Sources/Classifiers/Onnx(Protobuf|GraphEnd|ExternalData)",
}
LINE = re.compile(r"^(?:UN)?COVERED_FUNC: hits: \d+ edges: (\d+)/(\d+) .* (\S+):\d+")


def main() -> int:
    reader, path = sys.argv[1:]
    wanted = re.compile(SOURCES[reader])
    reached = edges = entered = functions = 0
    with open(path, encoding="utf-8", errors="replace") as file:
        for match in filter(None, map(LINE.match, file)):
            if wanted.search(match[3]):
                reached += int(match[1])
                edges += int(match[2])
                functions += 1
                entered += int(match[1]) > 0
    if edges == 0:
        print(f"{reader}: no coverage was printed")
    else:
        print(f"{reader}: {entered} of {functions} functions, {100 * reached / edges:.0f} % of {edges} edges")
    return 0


if __name__ == "__main__":
    sys.exit(main())
