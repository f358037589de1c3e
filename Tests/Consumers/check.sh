#!/usr/bin/env bash
# Loads every export of a small rebalancing set with the libraries that training loops use, and solves
# the programmes that the plan of `decorrelate` is tested against once more.
#
# usage: check.sh PATH_OF_AUDIT
#
# Installs what is missing: Debian's torch and torchvision (about 60 s, 200 MB), and two virtual
# environments in .consumers. An environment whose requirements did not change is used again.
# Exit code 0: all agree; 1 or 2: they do not, or the set could not be drawn; 3: nothing was tested,
# because something could not be installed.
set -euo pipefail
audit=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$(cd ../.. && pwd)
environments=$root/.consumers

say() { printf 'consumers: %s\n' "$*" >&2; }
give_up() {
  say "$*"
  exit 3
}
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# Debian's packages belong to Debian's Python, not to another one in PATH.
python=/usr/bin/python3
has_torch() { "$python" -c 'import ensurepip, torch, torchvision' >/dev/null 2>&1; }
if ! has_torch; then
  say "installing python3-torch, python3-torchvision and python3-venv"
  packages=(python3-torch python3-torchvision python3-venv)
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null ||
    { as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends \
      "${packages[@]}" >/dev/null; } ||
    give_up "could not install ${packages[*]}; run this as root: apt-get install ${packages[*]}"
  has_torch || give_up "$python cannot import torch and torchvision after their installation"
fi

# environment NAME OPTION…: made anew where the requirements or the Python changed.
environment() {
  local name=$1 folder=$environments/$1 requirements=requirements-$1.txt stamp
  shift
  stamp="$("$python" --version) $* $(sha256sum "$requirements")"
  [ "$(cat "$folder/stamp" 2>/dev/null || true)" = "$stamp" ] && return 0
  say "making the environment '$name'"
  rm -rf "$folder"
  "$python" -m venv "$@" "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-warn-conflicts \
    --requirement "$requirements" >&2 || give_up "could not install $requirements; check the network"
  printf '%s' "$stamp" >"$folder/stamp"
}
environment torch --system-site-packages
environment datasets

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say "drawing a small set"
"$audit" rebalance spec.json --reports "$work" >/dev/null
export HF_HOME=$work/cache HF_DATASETS_OFFLINE=1 HF_HUB_OFFLINE=1
status=0
"$environments/datasets/bin/python" -W ignore load.py "$work/consumers" huggingface || status=1
"$environments/torch/bin/python" -W ignore load.py "$work/consumers" \
  imagefolder chexpert nih webdataset weights || status=1
"$environments/torch/bin/python" -W ignore decorrelation.py check \
  ../RebalancingTests/Fixtures/decorrelation-highs.json || status=1
# Masks and boxes need a control branch, which the built-in generator has not: tiny networks have one.
say "drawing a small set with masks and boxes"
tiny=$work/spec/tiny
mkdir -p "$tiny/t5" "$work/spec/masks"
fixtures=$root/Tests/ChexGenTests/Fixtures
mini=$root/Sources/ChexGen/Resources/chexgen-mini
cp "$fixtures/dit_tiny.safetensors" "$tiny/dit.safetensors"
cp "$fixtures/control_tiny.safetensors" "$tiny/control.safetensors"
cp "$mini/vae.safetensors" "$mini/vae.json" "$tiny"
cp "$fixtures/t5_tiny.safetensors" "$tiny/t5/model.safetensors"
cp "$fixtures/spm_tiny.model" "$tiny/t5/spiece.model"
echo '{}' >"$tiny/t5/config.json"
echo '{"name": "tiny", "version": 1, "dit": {"heads": 4}, "defaults": {"steps": 2}}' >"$tiny/model.json"
echo '[{"x": 0.5, "y": 0.2, "width": 0.25, "height": 0.5, "finding": "Nodule"}]' >"$work/spec/boxes.json"
cp places.json "$work/spec/places.json"
"$environments/torch/bin/python" - "$work/spec/masks" <<'PYTHON'
import sys
from PIL import Image, ImageDraw
for name, shapes in (("a", [(5, 9, 30, 40)]), ("b", [(10, 10, 22, 20), (35, 30, 55, 45)])):
    mask = Image.new("L", (60, 50))
    for shape in shapes:
        ImageDraw.Draw(mask).ellipse(shape, fill=255)
    mask.save(f"{sys.argv[1]}/{name}.png")
PYTHON
"$audit" synthesize "$work/spec/places.json" --reports "$work" >/dev/null
"$environments/torch/bin/python" -W ignore places.py "$work/places" || status=1
[ "$status" -eq 0 ] && say "every export was read by its consumer and agrees with the manifest"
exit "$status"
