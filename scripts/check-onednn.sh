#!/bin/sh
# Compiles Sources/COneDNN against oneDNN's own headers: those of 2.x where Debian's libdnnl-dev is
# installed, and those of 3.x from the wheel 'onednn-devel'. The package itself builds without either.
#
#   scripts/check-onednn.sh           what is on this machine; says what is not
#   scripts/check-onednn.sh --fetch   downloads the wheel first (0.2 MB, into .venv-onednn)
set -e
cd "$(dirname "$0")/.."
compiler=${CC:-clang}
command -v "$compiler" >/dev/null || compiler=cc
folder=.venv-onednn

check() { # name, include folder
  "$compiler" -std=c11 -Wall -Wextra -Werror -fsyntax-only -DONEDNN_HEADERS \
    -ISources/COneDNN/include -I"$2" Sources/COneDNN/COneDNN.c
  echo "oneDNN $1 headers: every declaration fits"
}

if [ "$1" = --fetch ] && [ ! -d "$folder/include" ]; then
  mkdir -p "$folder"
  python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$folder" onednn-devel
  python3 - "$folder" <<'PYTHON'
import glob, os, sys, zipfile
folder = sys.argv[1]
wheel = zipfile.ZipFile(sorted(glob.glob(folder + "/onednn_devel-*.whl"))[-1])
for name in wheel.namelist():
    place = name.partition(".data/data/")[2]
    if not (place.startswith("include/") and place.endswith(".h")):
        continue
    target = os.path.join(folder, *place.split("/"))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(wheel.read(name))
PYTHON
fi

if [ -f /usr/include/oneapi/dnnl/dnnl.h ]; then
  check 2.x /usr/include
else
  echo "oneDNN 2.x headers: not here, install libdnnl-dev to check them" >&2
fi
if [ -d "$folder/include" ]; then
  check 3.x "$folder/include"
else
  echo "oneDNN 3.x headers: not here, run 'make check-onednn' to download and check them" >&2
fi
# As the package compiles it.
"$compiler" -std=c11 -Wall -Wextra -Werror -fsyntax-only -ISources/COneDNN/include \
  Sources/COneDNN/COneDNN.c
