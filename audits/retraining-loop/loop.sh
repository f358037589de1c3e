#!/usr/bin/env bash
# Audit, plan, generate, train, audit again, compare. Run it again after an interruption: what is
# already there is kept.
#
#   DATA=folder-with-metadata.csv-and-images ./loop.sh
#
# SEEDS (5) trainings per arm, STEPS (400) of each, JOBS (2) at a time. PYTHON names an interpreter that
# has requirements.txt; without it the script makes .venv-loop in the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$(cd ../.. && pwd)
SEEDS=${SEEDS:-5} STEPS=${STEPS:-400} JOBS=${JOBS:-2}
WORK=${WORK:-work} REPORTS=${REPORTS:-$root/reports}
strategies=(parity gapWeighted balancedGrid)
arms=(before oversampled "${strategies[@]}")
total=8 step=0
say() { step=$((step + 1)); printf '[%d/%d] %s\n' "$step" "$total" "$*" >&2; }

: "${DATA:?set DATA to the folder that holds metadata.csv and images/ (see README.md)}"
[ -f "$DATA/metadata.csv" ] || { echo "error: '$DATA' has no metadata.csv; see README.md" >&2; exit 2; }
audit=$root/.build/release/audit
[ -x "$audit" ] || { echo "error: build first: make setup && swift build -c release" >&2; exit 2; }

say "Python"
if [ -z "${PYTHON:-}" ]; then
  PYTHON=$root/.venv-loop/bin/python
  if ! cmp -s requirements.txt "$root/.venv-loop/installed"; then
    python3 -m venv "$root/.venv-loop"
    "$PYTHON" -m pip install --quiet -r requirements.txt
    cp requirements.txt "$root/.venv-loop/installed"
  fi
fi

say "tables: a skewed training set, a test set of other patients"
"$PYTHON" prepare.py --data "$DATA" --out "$WORK"
specs() {
  "$PYTHON" specs.py --out "$WORK" --seeds "$SEEDS" ${BASE_CASES:+--base-cases "$BASE_CASES"} \
    --arms "${arms[@]}"
}
specs

# train ARM [ARGUMENTS]: the missing models of an arm, JOBS at a time.
train() {
  local arm=$1 started=$SECONDS done_now=0 missing=() seed
  shift
  mkdir -p "$WORK/$arm"
  for seed in $(seq "$SEEDS"); do
    [ -f "$WORK/$arm/seed-$seed.onnx" ] || missing+=("$seed")
  done
  # Rounds of JOBS trainings, so that the time left can be told.
  while [ "$done_now" -lt ${#missing[@]} ]; do
    local pids=() pid
    for seed in "${missing[@]:done_now:JOBS}"; do
      "$PYTHON" train.py --table "$WORK/training.csv" --images "$WORK/images" --seed "$seed" \
        --steps "$STEPS" "$@" --out "$WORK/$arm/seed-$seed.onnx" \
        > "$WORK/$arm/seed-$seed.log" 2>&1 & pids+=($!)
    done
    for pid in "${pids[@]}"; do
      wait "$pid" || { echo "error: a training failed; see $WORK/$arm/*.log" >&2; exit 2; }
    done
    done_now=$((done_now + ${#pids[@]}))
    printf '      %s: %d of %d trained, about %d s left\n' "$arm" "$done_now" "${#missing[@]}" \
      $(((SECONDS - started) * (${#missing[@]} - done_now) / done_now)) >&2
  done
}

# keep_set STRATEGY: runs the audit with that strategy and keeps its set under WORK.
keep_set() {
  [ -f "$WORK/sets/$1/done" ] && return 0
  local spec=before
  [ "$1" = parity ] || spec=$1
  "$audit" run "$WORK/audit-$spec.json" --reports "$REPORTS" > "$WORK/audit-$spec.txt"
  rm -rf "$WORK/sets/$1"
  mkdir -p "$WORK/sets/$1"
  # A plan that asks for nothing has no set.
  if grep -q '"add" : [1-9]' "$REPORTS/retraining-before/report.json"; then
    cp -r "$REPORTS/retraining-before/rebalancing/." "$WORK/sets/$1"
  fi
  # What was planned and why, to read beside the results.
  cp "$REPORTS/retraining-before/tables/rebalancing.csv" "$WORK/sets/$1/plan.csv"
  touch "$WORK/sets/$1/done"
}

say "classifiers on the skewed records"
train before
say "audit of them; every strategy's plan and its images"
for strategy in "${strategies[@]}"; do keep_set "$strategy"; done
say "retraining"
train oversampled --weights "$WORK/sets/parity/weights/weights.csv"
arms=(before oversampled)
for strategy in "${strategies[@]}"; do
  if [ -d "$WORK/sets/$strategy/chexpert" ]; then
    train "$strategy" --synthetic "$WORK/sets/$strategy/chexpert"
    arms+=("$strategy")
  else
    echo "      the plan of '$strategy' asks for no image, so there is no such arm" >&2
  fi
done
specs
say "audit of all classifiers, retrained or not"
"$audit" run "$WORK/audit-after.json" --reports "$REPORTS" > "$WORK/audit-after.txt"
say "paired comparisons"
for arm in "${arms[@]:1}"; do
  for seed in $(seq "$SEEDS"); do
    "$audit" compare "$REPORTS/retraining-after" "$REPORTS/retraining-after" \
      --classifier "before-$seed" --with "$arm-$seed" --format json \
      > "$WORK/compare-$arm-$seed.json"
  done
done
say "results"
"$PYTHON" results.py --report "$REPORTS/retraining-after" --test "$WORK/test.csv" --seeds "$SEEDS" \
  --arms "${arms[@]}" --out "$WORK/results.md"
echo "The results are in $WORK/results.md" >&2
cat "$WORK/results.md"
