#!/usr/bin/env bash
# Makes .venv-train with PyTorch, in which 'audit train' runs its trainer.
# Some gigabytes, and nothing else in the project needs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

requirements=python/requirements-train.txt
stamp=.venv-train/requirements.txt

say() { printf 'train-setup: %s\n' "$*" >&2; }

if cmp --silent "$requirements" "$stamp"; then
  say "everything is in place"
  exit 0
fi
for python in python3 /usr/bin/python3; do
  if "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    say "installing PyTorch into .venv-train (gigabytes)"
    "$python" -m venv --clear .venv-train
    .venv-train/bin/python -m pip install --quiet --disable-pip-version-check \
      --only-binary=:all: -r "$requirements"
    cp "$requirements" "$stamp"
    say "everything is in place"
    exit 0
  fi
done
say "Python 3 with the venv module is missing; install it, then run 'make train-setup' again."
exit 2
