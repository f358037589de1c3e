#!/usr/bin/env bash
# Makes .venv-bench with the peers that 'make bench' times against: PyTorch, diffusers, transformers.
# Some gigabytes, and nothing else in the project needs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

requirements=Sources/audit-bench/Peers/requirements.txt
stamp=.venv-bench/requirements.txt

say() { printf 'bench-setup: %s\n' "$*" >&2; }

if cmp --silent "$requirements" "$stamp"; then
  say "everything is in place"
  exit 0
fi
for python in python3 /usr/bin/python3; do
  if "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    say "installing PyTorch, diffusers and transformers into .venv-bench (gigabytes)"
    "$python" -m venv --clear .venv-bench
    .venv-bench/bin/python -m pip install --quiet --disable-pip-version-check \
      --only-binary=:all: -r "$requirements"
    cp "$requirements" "$stamp"
    say "everything is in place"
    exit 0
  fi
done
say "Python 3 with the venv module is missing; install it, then run 'make bench-setup' again."
exit 2
