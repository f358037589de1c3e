#!/usr/bin/env bash
# Feeds every reader of foreign files with invented input, under the address sanitizer; undefined behaviour of
# the C targets is trapped.
#
# usage: fuzz.sh MINUTES [READER…]   the minutes are shared among the readers
#
# Starts from Tests/Fuzz/READER (committed, small) and from the corpus that earlier runs found, which
# grows in .build/fuzz-corpus. What breaks a reader is left in .build/fuzz-findings; exit code 1.
# AUDIT_FUZZ=readers leaves out the reader of whole report folders, and builds a third.
# Exit code 3: the toolchain has no libFuzzer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
minutes=${1:?usage: fuzz.sh MINUTES [READER...]}
shift
readers=("$@")
if [ ${#readers[@]} -eq 0 ]; then
  readers=(csv spec boxes report png image weights tokenizer onnx)
  [ "${AUDIT_FUZZ:-}" = readers ] || readers+=(store)
fi
case $minutes in *[!0-9]* | "") echo "error: '$minutes' is no number of minutes" >&2 && exit 2 ;; esac

probe=$(mktemp -d)
echo '@_cdecl("LLVMFuzzerTestOneInput") public func test(_: UnsafePointer<UInt8>?, _: Int) -> Int32 { 0 }' \
  >"$probe/probe.swift"
code=0
"${SWIFT:-swift}c" -parse-as-library -sanitize=fuzzer,address "$probe/probe.swift" -o "$probe/probe" \
  >/dev/null 2>&1 && "$probe/probe" -runs=1 >/dev/null 2>&1 || code=$?
rm -rf "$probe"
if [ "$code" -ne 0 ]; then
  echo "fuzz: this toolchain has no libFuzzer with an address sanitizer, or its programs do not start here" >&2
  exit 3
fi

# A build of its own: these options would break every other program of the package.
export AUDIT_FUZZ=${AUDIT_FUZZ:-whole}
"${SWIFT:-swift}" build -c release --scratch-path .build/fuzz --product audit-fuzz \
  -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link,address,undefined \
  -Xcc -fsanitize-trap=undefined >&2
program=.build/fuzz/release/audit-fuzz
seconds=$((minutes * 60 / ${#readers[@]}))
status=0
for reader in "${readers[@]}"; do
  corpus=.build/fuzz-corpus/$reader findings=.build/fuzz-findings/$reader
  mkdir -p "$corpus" "$findings" "Tests/Fuzz/$reader"
  dictionary=()
  [ ! -f "Tests/Fuzz/$reader.dict" ] || dictionary=("-dict=Tests/Fuzz/$reader.dict")
  code=0 leaks=1
  # GDCM and OpenJPEG keep frames of images that they refuse; these codecs are not ours to mend.
  [ "$reader" != image ] || leaks=0
  # 2 GB: more than any reader may take for inputs of at most 64 kB.
  ASAN_OPTIONS=detect_leaks=$leaks FUZZ_READER=$reader \
    "$program" "$corpus" "Tests/Fuzz/$reader" -max_total_time="$seconds" \
    -max_len=65536 -timeout=20 -rss_limit_mb=2048 -artifact_prefix="$findings/" -verbosity=0 \
    -detect_leaks="$leaks" -print_final_stats=1 "${dictionary[@]}" >"$findings/log.txt" 2>&1 || code=$?
  runs=$(sed -nE 's/^stat::number_of_executed_units: +//p' "$findings/log.txt")
  memory=$(sed -nE 's/^stat::peak_rss_mb: +//p' "$findings/log.txt")
  echo "$reader: ${runs:-0} executions, ${memory:-?} MB at most, $(find "$corpus" -type f | wc -l) inputs kept"
  ASAN_OPTIONS=detect_leaks=0 FUZZ_READER=$reader "$program" "$corpus" "Tests/Fuzz/$reader" -runs=0 \
    -detect_leaks=0 -print_coverage=1 \
    >"$findings/coverage.txt" 2>&1 && python3 scripts/fuzz-coverage.py "$reader" "$findings/coverage.txt" || true
  if [ "$code" -eq 0 ] && [ "${runs:-0}" -eq 0 ]; then
    echo "$reader: nothing was executed, so nothing was tested" >&2
    code=1
  fi
  if [ "$code" -ne 0 ]; then
    echo "$reader: FOUND something, see $findings" >&2
    tail -n 25 "$findings/log.txt" >&2
    status=1
  fi
done
exit "$status"
