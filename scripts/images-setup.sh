#!/usr/bin/env bash
# Libraries that image files are compared with, in .venv-images: pydicom, GDCM, Pillow, ONNX Runtime.
# Nothing of it is needed to build or use the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! .venv-images/bin/python -c 'import gdcm, onnxruntime, openjpeg, PIL, pydicom' 2>/dev/null; then
  python3 -m venv --clear .venv-images
  .venv-images/bin/python -m pip install --quiet --disable-pip-version-check --only-binary=:all: \
    numpy==2.4.6 pillow==13.0.0 pydicom==3.0.2 python-gdcm==3.2.6 onnxruntime==1.32.0 \
    pylibjpeg==2.1.0 pylibjpeg-libjpeg==2.5.0 pylibjpeg-openjpeg==2.6.0
fi
