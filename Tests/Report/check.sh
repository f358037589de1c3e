#!/bin/sh
# Checks report pages in a real browser: usage  Tests/Report/check.sh REPORT.html...
#
# Screenshots at 320, 768 and 1280 px in light and dark and a printed PDF go to
# .build/report-check/; the pages load with the network and JavaScript switched off for those.
# Fails on any accessibility violation (axe-core), text that overlaps or is cut in a picture,
# a page wider than its window, or HTML that does not validate.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -gt 0 ] || { echo "usage: Tests/Report/check.sh REPORT.html..." >&2; exit 64; }

missing=""
for pair in chromium:chromium tidy:tidy python3:python3; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
# Without fonts the browser draws empty boxes.
[ -d /usr/share/fonts/truetype ] || missing="$missing fonts-dejavu-core"
if [ -n "$missing" ]; then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  # shellcheck disable=SC2086  # words are package names
  { $sudo apt-get update -qq && $sudo apt-get install -qq -y --no-install-recommends $missing; } \
    >/dev/null || {
    echo "error: the report checks need$missing; install them with apt-get" >&2
    exit 2
  }
fi

axe=$(find "$root/.venv" -name axe.min.js 2>/dev/null | head -n 1)
if [ -z "$axe" ]; then
  [ -x "$root/.venv/bin/python" ] || python3 -m venv "$root/.venv" || {
    echo "error: python3 cannot make $root/.venv; install python3-venv" >&2
    exit 2
  }
  # Only its copy of axe-core is used, so nothing that it depends on is installed.
  "$root/.venv/bin/python" -m pip install --quiet --no-deps axe-playwright-python==0.1.8 || {
    echo "error: axe-playwright-python 0.1.8 could not be installed from PyPI" >&2
    exit 2
  }
  axe=$(find "$root/.venv" -name axe.min.js | head -n 1)
fi

exec python3 "$root/Tests/Report/browser_checks.py" "$root/.build/report-check" "$axe" "$@"
