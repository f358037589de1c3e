#!/usr/bin/env bash
# The suite under sanitizers, one build each.
#
# usage: sanitize.sh [KIND…]   address and thread; undefined behaviour is trapped in the C targets by
#                              the address build
# FILTER selects tests; without it everything but networks and simulations runs, which would take hours.
# TARGETS="TablesTests ImagesTests" builds and runs these test targets alone.
# Exit code 3: the toolchain has no such sanitizer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
kinds=("$@")
[ ${#kinds[@]} -gt 0 ] || kinds=(address thread)
swift=${SWIFT:-swift}
suites=${TARGETS:-ArgumentsTests AuditModelTests AuditStoreTests CheckpointsTests ClassifiersTests CohortsTests
  FairnessTests ImagesTests RandomnessTests RebalancingTests ReportingTests TablesTests TensorsTests VocabularyTests
  WorkbenchTests}
filter=${FILTER:-"^($(echo $suites | tr ' ' '|'))\\."}
# Numbers of whole cohorts, and training in Python: hours here, and nothing of their own that a sanitizer sees.
skip=${SKIP:-'NullSimulationTests|NIHVerdictTests|TrainUseCase'}

# Whether the toolchain links and starts a program under the sanitizer.
has() {
  local folder status=0
  folder=$(mktemp -d)
  echo 'print(1)' >"$folder/probe.swift"
  "${swift}c" -sanitize="$1" "$folder/probe.swift" -o "$folder/probe" >/dev/null 2>&1 &&
    "$folder/probe" >/dev/null 2>&1 || status=1
  rm -rf "$folder"
  return "$status"
}

status=0
for kind in "${kinds[@]}"; do
  case $kind in
    address) extra=(-Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined) ;;
    # Optimised: whole analyses are most of its time, and take minutes each without.
    thread) extra=(-c release -Xswiftc -enable-testing) ;;
    *) echo "error: the sanitizers are address and thread; '$kind' is none" >&2 && exit 2 ;;
  esac
  if ! has "$kind"; then
    echo "sanitize: this toolchain has no $kind sanitizer, or its programs do not start here" >&2
    [ "$status" -ne 0 ] || status=3
    continue
  fi
  echo "sanitize: $kind"
  [ -z "${TARGETS:-}" ] || export AUDIT_TEST_TARGETS=$TARGETS
  # Allocation failures must be errors, as they are without the sanitizer.
  ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=0 \
    TSAN_OPTIONS="halt_on_error=1:suppressions=$PWD/scripts/thread-sanitizer.txt" \
    "$swift" test --disable-xctest --sanitize "$kind" \
    --scratch-path ".build/sanitize-$kind${TARGETS:+-part}" \
    "${extra[@]}" --filter "$filter" --skip "$skip" || status=1
done
exit "$status"
