#!/usr/bin/env bash
# Writes a CycloneDX bill of materials of the built program.
#
# usage: sbom.sh PROGRAM OUT
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -x .venv-sbom/bin/python ] || python3 -m venv .venv-sbom
.venv-sbom/bin/python -c 'import cyclonedx' 2>/dev/null ||
  .venv-sbom/bin/python -m pip install --quiet --disable-pip-version-check 'cyclonedx-python-lib==11.*' >&2
exec .venv-sbom/bin/python scripts/sbom.py "$@"
