#!/usr/bin/env bash
# Installs what 'make bench' compares with: R with pROC, and scikit-learn and fairlearn in .venv-bench-statistics.
# Nothing of it is needed to build, test or use the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

if ! Rscript -e 'library(pROC)' >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  packages=(r-base-core r-cran-proc)
  as_root apt-get install -y --no-install-recommends "${packages[@]}" >&2 ||
    { as_root apt-get update >&2 &&
      as_root apt-get install -y --no-install-recommends "${packages[@]}" >&2; }
fi
if ! .venv-bench-statistics/bin/python -c 'import fairlearn, sklearn' >/dev/null 2>&1; then
  python3 -m venv .venv-bench-statistics
  .venv-bench-statistics/bin/pip install --quiet 'scikit-learn==1.9.*' 'fairlearn==0.15.*' numpy >&2
fi
