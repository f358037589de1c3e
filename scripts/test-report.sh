#!/usr/bin/env bash
# Checks report pages in a real browser: accessibility (axe-core), layout, validity, print.
#
# Pages: made-up reports of many shapes, the committed sample, a comparison, an audit of 252 questions
# from invented scores (scripts/large-audit.py), and an audit of the NIH scores where AUDIT_SHARED names a folder with them. Screenshots and PDFs go to .build/report-check/.
# Exit codes: 0 no fault, 1 faults, 2 the checks could not run here (one sentence says why).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
swift=${SWIFT:-swift}

scripts/browser-setup.sh
pages=$PWD/.build/sample-pages
rm -rf "$pages"
SAMPLE_PAGES=$pages "$swift" test -c release --filter SamplePagesTests >.build/sample-pages.log 2>&1 || {
  cat .build/sample-pages.log
  echo "error: the sample pages could not be written" >&2
  exit 1
}
list=("$pages"/*/*.html "$pages"/quickstart/pages/*.html)
# Of the large ones' pages a few, which are made alike.
list+=("$pages"/large/pages/07-result-1-*.html "$pages"/many-groups/pages/*.html)
list+=(reports/sample/report.html)

# An audit of 252 questions, from invented scores to the page: the size budget is held on it as well.
large=$PWD/.build/report-check/large
scripts/large-audit.py "$large"
timeout 300 .build/release/audit run "$large/large.json" --quiet --reports "$large/reports" >/dev/null || {
  echo "error: the audit of 252 questions failed or took longer than 5 minutes" >&2
  exit 1
}
list+=("$large/reports/large/report.html")

nih=scores/nih-chexnet-zech/nih_chexnet_joined.csv.gz
if [ -n "${AUDIT_SHARED:-}" ] && [ -e "$AUDIT_SHARED/data/$nih" ]; then
  # The spec names its table by ../../shared: it runs as a copy beside a link of that name.
  place=$PWD/.build/report-check
  mkdir -p "$place/checkout/audits"
  cp audits/nih-chexnet.json "$place/checkout/audits/"
  ln -sfn "$(realpath "$AUDIT_SHARED")" "$place/shared"
  # The build of the tests made the program as well. Its verdicts are not the question here: exit
  # code 1 is as good as 0.
  timeout 120 .build/release/audit run "$place/checkout/audits/nih-chexnet.json" --quiet \
    --reports "$place/audits" >/dev/null || [ $? -eq 1 ] || {
    echo "error: the audit of the NIH scores failed or took longer than 2 minutes" >&2
    exit 1
  }
  list+=("$place/audits/nih-chexnet/report.html")
else
  echo "skipped: the NIH report, because AUDIT_SHARED names no folder with its scores"
fi
# A browser that hangs must not hold up what comes after.
status=0
timeout --kill-after=10 1200 Tests/Report/check.sh "${list[@]}" || status=$?
if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
  echo "error: the browser did not get through all pages within 20 minutes" >&2
  exit 2
fi
exit "$status"
