"""A classifier of the standard library alone: its score is a hash of the file, so it knows nothing."""
import json
import sys
import zlib

for line in sys.stdin:
    case = json.loads(line)
    with open(case["image"], "rb") as file:
        score = zlib.crc32(file.read()) / 2**32
    print(json.dumps({"id": case["id"], "scores": {"Effusion": score}}), flush=True)
