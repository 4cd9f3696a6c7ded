#!/bin/sh
# Install digest from this checkout into a folder of its own: install.sh FOLDER [postgresql]
# The packages are those of requirements/run.txt, or of postgresql.txt, each checked by its hash.
set -eu
folder=$1
source=$(dirname "$0")/..
python3 -m venv "$folder"
"$folder/bin/python" -m pip install --no-cache-dir --require-hashes -r "$source/requirements/${2:-run}.txt"
"$folder/bin/python" -m pip install --no-cache-dir --no-deps --no-build-isolation "$source"
"$folder/bin/digest" --version
