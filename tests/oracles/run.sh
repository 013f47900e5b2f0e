#!/usr/bin/env bash
# Hold our verdicts and explanations against vtlengine and banff, in an environment of their own.
#
#   tests/oracles/run.sh [REPORTS]     150 generated reports by default; 1000 for the full run; 0 fills the environment
#
# The project's Python (.venv, or what PYTHON says) draws the reports and writes them with our answers as JSON; the
# oracles see that file alone. Their environment is kept in .venv-oracles (or where FOI_ORACLES_VENV says) and made anew
# when its requirements change. vtlengine is under the AGPL, banff under the GPL: they are asked here and are no part
# of this package.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python=${PYTHON:-.venv/bin/python}
venv=${FOI_ORACLES_VENV:-.venv-oracles}
if ! cmp -s tests/oracles/requirements.txt "$venv/requirements.txt"; then
    "$python" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --require-hashes -r tests/oracles/requirements.txt
    echo '*' >"$venv/.gitignore"
    cp tests/oracles/requirements.txt "$venv/"
fi
[ "${1:-150}" != 0 ] || exit 0
sample=$(mktemp)
trap 'rm -f "$sample"' EXIT
"$python" tests/oracles/sample.py "${1:-150}" >"$sample"
env -u PYTHONPATH FOI_ORACLES="$sample" "$venv/bin/python" -m pytest -q -s -W default -p no:cacheprovider \
    --confcutdir tests/oracles tests/oracles
