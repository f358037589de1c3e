#!/usr/bin/env bash
# What image files are compared with: pydicom, GDCM, Pillow and ONNX Runtime in .venv-images, and dcmtk.
# Nothing of it is needed to build or use the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! .venv-images/bin/python -c 'import gdcm, onnxruntime, openjpeg, PIL, pydicom' 2>/dev/null; then
  python3 -m venv --clear .venv-images
  .venv-images/bin/python -m pip install --quiet --disable-pip-version-check --only-binary=:all: \
    numpy==2.4.6 pillow==13.0.0 pydicom==3.0.2 python-gdcm==3.2.6 onnxruntime==1.32.0 \
    pylibjpeg==2.1.0 pylibjpeg-libjpeg==2.5.0 pylibjpeg-openjpeg==2.6.0
fi

if ! command -v dcmj2pnm dcmdjpls >/dev/null; then
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    echo "error: dcmtk is missing; run as root: apt-get install -y dcmtk" >&2 && exit 2
  fi
  as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
  as_root apt-get install -y -qq --no-install-recommends dcmtk >/dev/null ||
    { as_root apt-get update -qq &&
      as_root apt-get install -y -qq --no-install-recommends dcmtk >/dev/null; } ||
    { echo "error: could not install dcmtk; run as root: apt-get install -y dcmtk" >&2 && exit 2; }
fi
