#!/usr/bin/env bash
# Makes system calls of a running audit fail and compares what is left with an undisturbed run.
#
# usage: chaos.sh AUDIT COUNT   COUNT faults, spread over kinds (kill, full disk, I/O error, too many
#                               files) and over the whole run; exit code 1 where one was not withstood
# ONLY=drawn:EIO:235-245 tries these calls of that audit one by one instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
audit=$(realpath "${1:?usage: chaos.sh AUDIT COUNT}")
count=${2:?usage: chaos.sh AUDIT COUNT}
case $count in *[!0-9]* | "") echo "error: '$count' is no number of faults" >&2 && exit 2 ;; esac
mkdir -p .build/chaos
"${CC:-clang}" -O1 -Wall -Wextra -Werror -shared -fPIC -o .build/chaos/faults.so scripts/chaos/faults.c -ldl
exec python3 scripts/chaos/chaos.py "$audit" "$PWD/.build/chaos/faults.so" "$PWD" "$PWD/.build/chaos" "$count" ${ONLY:+"$ONLY"}
