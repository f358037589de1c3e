#!/usr/bin/env bash
# Makes reports/sample and docs/report.png anew from a run of the quickstart.
# Run it whenever the report changes; takes as long as the quickstart and replaces nothing on failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/browser-setup.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.build/release/audit run audits/quickstart.json --reports "$work"
.build/release/audit verify "$work/quickstart"

sample=$work/sample
mkdir "$sample"
cp "$work"/quickstart/report.{html,md,json} "$sample"
cp -r "$work/quickstart/pages" "$work/quickstart/generator-card.json" "$sample"
# The pictures that the gallery links to, and no others: the sample stays small.
python3 - "$work/quickstart" "$sample" <<'PYTHON'
import json, shutil, sys
from pathlib import Path

source, target = map(Path, sys.argv[1:])
report = json.loads((source / "report.json").read_text())
for image in (image for row in report["gallery"] for image in row["images"]):
    place = target / image["path"]
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / image["path"], place)
PYTHON
timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --disable-dev-shm-usage \
  --user-data-dir="$work/profile" --proxy-server=127.0.0.1:9 --window-size=960,840 \
  --screenshot="$work/report.png" "file://$sample/report.html" 2>"$work/log" ||
  { tail -n 3 "$work/log" >&2; exit 2; }
[ -s "$work/report.png" ] || { echo "error: Chromium made no screenshot" >&2; exit 2; }
rm -rf reports/sample
cp -r "$sample" reports/sample
cp "$work/report.png" docs/report.png
echo "reports/sample and docs/report.png are new; look at them before you commit"
