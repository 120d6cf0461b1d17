#!/usr/bin/env bash
# Runs the suite on an engine compiled with AddressSanitizer and UBSan, and prints how many findings there are.
#   bash tests/proofs/sanitize.sh [pytest arguments]      (in an environment where the suite runs)
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git archive HEAD | tar -x -C "$work" --one-top-level=source
cd "$work/source"
CFLAGS="-fsanitize=address,undefined -fno-omit-frame-pointer -g -O1" LDFLAGS="-fsanitize=address,undefined" \
    python -m pip install -q --no-deps --target "$work/site" .
# Python's own allocator would hide from the sanitizer what happens within its pools; its leaks are not ours.
export PYTHONMALLOC=malloc ASAN_OPTIONS=detect_leaks=0:log_path="$work/finding" UBSAN_OPTIONS=log_path="$work/finding"
export STEPGRAD_ENGINE=compiled PYTHONSAFEPATH=1 PYTHONPATH="$work/site"
# The sanitizer has memory its own way: it keeps what is freed, and heeds no limit.
apart=(memory_goes_back_to_the_system exhausted_memory_is_a_memory_error neighbours_stay_neighbours)
status=0
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
    python -m pytest -q -p no:cacheprovider "${apart[@]/#/--deselect=tests/test_nodes.py::test_}" "$@" || status=$?
findings=$(cat "$work"/finding.* 2>/dev/null || true)
count=$(grep -c -E 'ERROR: AddressSanitizer|runtime error' <<< "$findings" || true)
echo "findings: $count"
head -60 <<< "$findings"
[ "$status" = 0 ] && [ "$count" = 0 ]
