#!/usr/bin/env bash
# The suite under sanitizers, one build each.
#
# usage: sanitize.sh [KIND…]   address and thread; undefined behaviour is trapped in the C targets by
#                              the address build
# FILTER selects tests; without it everything but networks and simulations runs, which would take hours.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
kinds=("$@")
[ ${#kinds[@]} -gt 0 ] || kinds=(address thread)
filter=${FILTER:-'^(ArgumentsTests|AuditModelTests|AuditStoreTests|CheckpointsTests|ClassifiersTests|CohortsTests|ImagesTests|RandomnessTests|RebalancingTests|ReportingTests|TablesTests|TensorsTests)\.'}
status=0
for kind in "${kinds[@]}"; do
  case $kind in
    address) extra=(-Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined) ;;
    thread) extra=() ;;
    *) echo "error: the sanitizers are address and thread; '$kind' is none" >&2 && exit 2 ;;
  esac
  echo "sanitize: $kind"
  # Allocation failures must be errors, as they are without the sanitizer.
  ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=0 TSAN_OPTIONS=halt_on_error=1 \
    "${SWIFT:-swift}" test --disable-xctest --sanitize "$kind" --scratch-path ".build/sanitize-$kind" \
    "${extra[@]}" --filter "$filter" || status=1
done
exit "$status"
