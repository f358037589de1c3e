#!/bin/sh
# Checks report pages in a real browser: usage  Tests/Report/check.sh REPORT.html...
#
# Screenshots at 320, 768 and 1280 px and a printed PDF go to .build/report-check/; the pages load
# with the network and JavaScript switched off for those. Fails (exit code 1) on any accessibility
# violation (axe-core), text that overlaps or is cut in a picture, a page wider than its window, a
# section that is missing from the print, or HTML that does not validate.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -gt 0 ] || { echo "usage: Tests/Report/check.sh REPORT.html..." >&2; exit 64; }
"$root/scripts/browser-setup.sh"
axe=$(find "$root/.venv" -name axe.min.js | head -n 1)
exec python3 "$root/Tests/Report/browser_checks.py" "$root/.build/report-check" "$axe" "$@"
