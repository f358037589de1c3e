#!/usr/bin/env bash
# Installs what is missing and nothing else: Debian packages, and ONNX Runtime in .venv.
# Nothing is downloaded when nothing is missing. Works as root, through sudo, and as a user with sudo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

onnxruntime_version=$(sed -n "s/^onnxruntime==\([0-9.]*\).*/\1/p" scripts/requirements/onnxruntime.txt)
packages=(libopenblas-dev libpng-dev libjpeg62-turbo-dev libgdcm-dev libssl-dev libsqlite3-dev
  zlib1g-dev)

say() { printf 'setup: %s\n' "$*" >&2; }
give_up() {
  say "$*"
  exit 2
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# With 'sudo make', files in the project still belong to the user.
as_user() {
  if [ "$(id -u)" -eq 0 ] && [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ]; then
    sudo -H -u "$SUDO_USER" -- "$@"
  else
    "$@"
  fi
}

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]
}

has_onnxruntime() {
  if [ -n "${AUDIT_ONNXRUNTIME:-}" ] && [ -e "$AUDIT_ONNXRUNTIME" ]; then return 0; fi
  local folder=".venv/lib/python3*/site-packages/onnxruntime/capi"
  compgen -G "$folder/libonnxruntime.so.$onnxruntime_version" >/dev/null
}

# The first Python that can make a virtual environment; Debian ships that part separately.
python_with_venv() {
  local candidate
  for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  # Package lists may be absent or old, as in a fresh container.
  as_root apt-get install -y --no-install-recommends "$@" >&2 && return 0
  as_root apt-get update >&2 && as_root apt-get install -y --no-install-recommends "$@" >&2
}

command -v swift >/dev/null ||
  give_up "Swift is missing: install Swift 6.1 or newer from swift.org, then run 'make setup' again."

missing=()
if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  for package in "${packages[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  if ! has_onnxruntime && ! python_with_venv >/dev/null; then missing+=(python3-venv); fi
else
  for library in openblas libpng libjpeg libcrypto sqlite3 zlib; do
    if ! pkg-config --exists "$library" 2>/dev/null; then
      give_up "this is not Debian or Ubuntu: install the development files of OpenBLAS," \
        "libpng, libjpeg, GDCM, OpenSSL, SQLite and zlib with your package manager, then run 'make setup' again."
    fi
  done
fi

if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    give_up "run this as root, then 'make setup' again: apt-get install -y ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  install_packages "${missing[@]}" ||
    give_up "could not install packages; run this as root, then 'make setup' again:" \
      "apt-get update && apt-get install -y ${missing[*]}"
fi

if ! has_onnxruntime; then
  python=$(python_with_venv) ||
    give_up "Python 3 with the venv module is missing; install it, then run 'make setup' again."
  say "installing ONNX Runtime $onnxruntime_version into .venv"
  # --no-deps: only the shared library in the wheel is used, never Python.
  { [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1; } ||
    as_user "$python" -m venv --clear .venv ||
    give_up "could not make .venv with $python; remove .venv and run 'make setup' again."
  as_user .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
    --only-binary=:all: --require-hashes -r scripts/requirements/onnxruntime.txt >&2 && has_onnxruntime ||
    give_up "could not install ONNX Runtime: check the network and that Python is 3.11 or newer," \
      "or set AUDIT_ONNXRUNTIME to the path of a libonnxruntime.so."
fi
say "everything is in place"
