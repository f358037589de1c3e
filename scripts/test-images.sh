#!/usr/bin/env bash
# Image files against pydicom, dcmtk, Pillow and ONNX Runtime for Python, in .venv-images. $DATA: hand-outs, with
# which two public classifiers are audited from JPEG and from DICOM, and every score is compared.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/images-setup.sh
python=.venv-images/bin/python
output=$PWD/.build/image-peers
rm -rf "$output"
"$python" Tests/Consumers/images.py pictures "$output"
AUDIT_IMAGE_PEERS=$output "${SWIFT:-swift}" test -c release --disable-xctest --filter ImagePeerTests
if [ -n "${DATA:-}" ]; then
  "${SWIFT:-swift}" build -c release -Xswiftc -enable-testing --product audit
  "$python" Tests/Consumers/images.py scores "$output" "$DATA"
  .build/release/audit run "$output/audit.json" --reports "$output/reports"
  "$python" Tests/Consumers/images.py compare "$output"
fi
