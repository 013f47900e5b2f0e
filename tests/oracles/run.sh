#!/usr/bin/env bash
# Hold our verdicts and explanations against vtlengine and banff, in an environment of their own.
#
#   tests/oracles/run.sh [REPORTS]     150 generated reports by default; 1000 for the full run
#
# The environment is kept in .venv-oracles (or where FOI_ORACLES_VENV says) and made anew when its requirements change.
# vtlengine is under the AGPL, banff under the GPL: they are asked here and are no part of this package.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
venv=${FOI_ORACLES_VENV:-.venv-oracles}
if ! cmp -s requirements-oracles.txt "$venv/requirements-oracles.txt"; then
    "${PYTHON:-python3}" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --require-hashes -r requirements-oracles.txt
    echo '*' >"$venv/.gitignore"
    cp requirements-oracles.txt "$venv/"
fi
FOI_ORACLES=1 FOI_ORACLE_REPORTS=${1:-150} PYTHONPATH=src "$venv/bin/python" -m pytest -q -s -W default \
    -p no:cacheprovider tests/oracles
