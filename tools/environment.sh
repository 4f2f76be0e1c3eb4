#!/bin/sh
# Make a virtual environment that holds what the given files of requirements say, and the packages
# of this repository:
#
#     tools/environment.sh .venv requirements.txt
#
# What was asked for, and where, is kept inside the environment and compared by content, so that
# nothing happens when it is up to date: switching branches changes dates, not needs. A folder that
# was copied or moved is another place, and an environment whose Python is gone is made anew.
set -eu
cd "$(dirname "$0")/.."

environment=$1
shift
ours="--editable . --editable ./livefig"
stamp=$environment/installed-requirements.txt
needs=$(cat "$@" && echo "$ours in $(pwd)")
for python in "$environment/bin/python" "$environment/Scripts/python.exe"; do
    if [ -x "$python" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$needs" ]; then
        exit 0
    fi
done

usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if usable "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    cat >&2 <<'MESSAGE'
No usable Python was found. The book needs Python 3.11 or newer, with its venv module:
    Debian, Ubuntu   sudo apt-get install python3 python3-venv
    Fedora           sudo dnf install python3
    macOS            brew install python
    Windows          install Python from the Microsoft Store
If you have one elsewhere, name it: make book PYTHON=/path/to/python3
MESSAGE
    exit 1
fi

echo "Setting up $environment with $("$python" --version) (a few minutes, once)"
"$python" -m venv --clear "$environment"
if [ -d "$environment/Scripts" ]; then bin=$environment/Scripts; else bin=$environment/bin; fi

# awk turns the names of some two hundred packages into a few lines of progress. A pipe hides
# the status of its first command, so success is noted in a file.
for file in "$@"; do set -- "$@" --requirement "$file"; shift; done
{
    "$bin/python" -m pip install --disable-pip-version-check --progress-bar off "$@" &&
        touch "$environment/complete"
} | awk '
    /^(Collecting|Processing)/ && ++count % 25 == 0 { print "  " count " packages found"; fflush() }
    /^Installing/ { print "  installing " count " packages"; fflush() }'
[ -f "$environment/complete" ]
# shellcheck disable=SC2086 # several words
"$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps $ours
# Where our packages are is written from where they are installed: a path such as `/home/clé` is
# more than Python before 3.13 can read where the locale knows no accents.
"$python" - "$environment" <<'RELATIVE'
import os, pathlib, sys
for file in pathlib.Path(sys.argv[1]).glob("[Ll]ib/**/_editable_impl_*.pth"):
    place = file.read_text(encoding="utf-8").strip()
    file.write_text(os.path.relpath(place, file.resolve().parent) + "\n", encoding="utf-8")
RELATIVE
"$bin/python" -m pip check
# Else the first notebook would say on its page that it builds a font cache.
"$bin/python" -c 'import matplotlib.font_manager'

printf '%s\n' "$needs" > "$stamp"
