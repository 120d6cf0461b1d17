#!/usr/bin/env bash
# Runs the suite on a compiled engine built with AddressSanitizer and UBSan, in a new virtual environment;
# prints how many findings there were.   usage: bash tests/proofs/sanitize.sh [pytest arguments]
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
git archive HEAD | tar -x -C "$work" --one-top-level=source
cd "$work/source"
CFLAGS="-fsanitize=address,undefined -fno-omit-frame-pointer -g -O1" LDFLAGS="-fsanitize=address,undefined" \
    "$work/venv/bin/pip" install -q '.[test]'
# Python's own allocator would hide from the sanitizer what happens within its pools; its leaks are not ours.
export PYTHONMALLOC=malloc ASAN_OPTIONS=detect_leaks=0:log_path="$work/finding" UBSAN_OPTIONS=log_path="$work/finding"
export LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)"
export STEPGRAD_ENGINE=compiled
status=0
"$work/venv/bin/python" "$work/venv/bin/pytest" -q -p no:cacheprovider "$@" || status=$?
unset LD_PRELOAD
echo "findings: $(cat "$work"/finding.* 2>/dev/null | grep -c -E 'ERROR: AddressSanitizer|runtime error' || true)"
cat "$work"/finding.* 2>/dev/null | head -60 || true
exit $status
