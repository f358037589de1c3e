#!/usr/bin/env bash
# Builds and runs the tests in release mode. At the end stands what was skipped and why, and then the
# runner's own closing lines.
#
# usage: test.sh            every test; hand-outs only if AUDIT_SHARED names a folder with them
#        test.sh reference  the files whose tests can use hand-outs, which AUDIT_SHARED must name
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
arguments=(test -c release --disable-xctest)
if [ "${1:-}" = reference ]; then
  if [ ! -d "${AUDIT_SHARED:-}" ]; then
    echo "error: '${AUDIT_SHARED:-}' is no folder; run 'make test-reference DATA=folder'" >&2
    exit 2
  fi
  # The runner's filter sees the file that a test stands in.
  files=$(grep -rlE '\.needs(Fixtures|TinyGenerator)?\(|haveCheckpoints,' Tests \
    --include='*Tests.swift')
  pattern=$(printf '%s\n' "$files" | sed 's|.*/||; s|\.swift$||' | sort -u | paste -sd'|')
  arguments+=(--filter "/($pattern)\\.swift:")
fi

mkdir -p .build
log=$PWD/.build/test.log
status=0
"${SWIFT:-swift}" "${arguments[@]}" 2>&1 | tee "$log" |
  awk '/^[^ ]+ +Test run with [0-9]+ test/ { next } { print; fflush() }' || status=$?

# One line a reason, the most frequent first. A skipped suite counts by its tests, not by itself.
skipped=$(sed -nE -e 's/^[^ ]+ +Test (.*) skipped: "(.*)"$/\2/p' \
  -e 's/^[^ ]+ +Test (.*) skipped\.$/\1/p' "$log")
if [ -n "$skipped" ]; then
  echo "$(printf '%s\n' "$skipped" | grep -c .) tests skipped for want of:"
  printf '%s\n' "$skipped" | sort | uniq -c | sort -rn | sed -E 's/^ *([0-9]+) /  \1 × /'
fi
sed -nE 's/^[^ ]+ +(Suite .*) skipped: .*/\1 was skipped as a whole/p' "$log" | sort -u
grep -E '^[^ ]+ +Test run with [0-9]+ test' "$log" || {
  echo "error: the test run ended without a result; its output is in $log" >&2
  [ "$status" -ne 0 ] || status=1
}
exit "$status"
