#!/bin/sh
# Installs what a lock file names into .venv, unless that was done before: scripts/install.sh requirements.lock
set -eu

lock=$1
python=${PYTHON:-python3}
stamp=.venv/installed-$lock

if [ -x .venv/bin/python ] && cmp -s "$lock" "$stamp" && .venv/bin/python -c ""; then
    exit 0
fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    found=$("$python" --version 2>&1) || found="no $python"
    echo "Python 3.11 or newer is needed, found: $found. Name another one: make run PYTHON=python3.12" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "This Python cannot create environments. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
fi
echo "Installing the dependencies in .venv ..."
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --clear .venv
fi
# The lock file is complete and exact, so there is nothing to resolve. Modules are compiled when they are first used.
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r "$lock"
cp "$lock" "$stamp"
