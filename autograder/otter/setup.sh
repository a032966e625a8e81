#!/usr/bin/env bash
# Fills /autograder/venv with the engine and what it needs, from apt and a pip index.
set -euo pipefail
cd /autograder/source/engine

apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    python3 python3-venv

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "needs Python 3.11 or newer, got $(python3 --version):" \
        "choose a newer base image" >&2
    exit 1
fi
python3 -m venv /autograder/venv

constraints=()
if [ -f constraints.txt ]; then
    constraints=(--constraint constraints.txt)
fi
for wheel in *.whl; do
    /autograder/venv/bin/pip install --no-cache-dir \
        "${constraints[@]}" "./$wheel[grading]"
done
