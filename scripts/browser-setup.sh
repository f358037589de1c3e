#!/usr/bin/env bash
# Installs what the checks of report pages need: Chromium, HTML Tidy, fonts, poppler, and axe-core in
# .venv. Nothing is downloaded when nothing is missing. Exit code 2 with a sentence when it cannot.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'browser-setup: %s\n' "$*" >&2; }
give_up() {
  say "$*"
  exit 2
}
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v tidy >/dev/null || missing+=(tidy)
command -v python3 >/dev/null || missing+=(python3)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
# Without fonts the browser draws empty boxes.
[ -d /usr/share/fonts/truetype ] || missing+=(fonts-dejavu-core)
python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing+=(python3-venv)

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  # A mirror that does not answer must not hold up everything else.
  local get=(timeout 300 apt-get -o Acquire::http::Timeout=30 -o Acquire::Retries=2 -qq)
  as_root "${get[@]}" install -y --no-install-recommends "$@" >/dev/null && return 0
  as_root "${get[@]}" update >/dev/null &&
    as_root "${get[@]}" install -y --no-install-recommends "$@" >/dev/null
}

if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null ||
    give_up "the report checks need ${missing[*]}; install them with your package manager."
  say "installing ${missing[*]}"
  install_packages "${missing[@]}" ||
    give_up "could not install ${missing[*]}; run as root: apt-get install -y ${missing[*]}"
fi

if [ -z "$(find .venv -name axe.min.js -print -quit 2>/dev/null)" ]; then
  { [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1; } ||
    python3 -m venv --clear .venv ||
    give_up "could not make .venv with python3; install python3-venv."
  say "installing axe-core into .venv"
  # Only its copy of axe-core is used, so nothing that it depends on is installed.
  timeout 120 .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
    --timeout 30 --only-binary=:all: --require-hashes -r scripts/requirements/axe.txt >&2 ||
    give_up "could not install axe-playwright-python 0.1.8 from PyPI; check the network."
fi

# One start tells whether the browser can run here at all, before a page is waited for.
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
started=$(timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
  --user-data-dir="$profile" --dump-dom 'data:text/html,<p>started</p>' 2>"$profile/log" || true)
case "$started" in
  *started*) ;;
  *) give_up "Chromium is installed but does not start here: $(tail -n 1 "$profile/log" | cut -c 1-300)" ;;
esac
