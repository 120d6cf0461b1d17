#!/usr/bin/env bash
# Runs the suite on an engine compiled with sanitizers, and prints how many findings there are.
#   bash tests/proofs/sanitize.sh [pytest arguments]      (in an environment where the suite runs)
# Twice: with AddressSanitizer and UBSan, where every block of allocator.h is malloc's own; then, with slabs, UBSan alone.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git archive HEAD | tar -x -C "$work" --one-top-level=source
cd "$work/source"
export STEPGRAD_ENGINE=compiled PYTHONSAFEPATH=1
status=0

sanitized() { # sanitized KINDS LIBRARIES [pytest arguments]: KINDS as gcc has them
    local kinds=$1 libraries=$2 count findings
    shift 2
    rm -rf build "$work/site"
    CFLAGS="-fsanitize=$kinds -fno-omit-frame-pointer -g -O1" LDFLAGS="-fsanitize=$kinds" \
        python -m pip install -q --no-deps --target "$work/site" .
    # Python's own allocator would hide from the sanitizer what happens within its pools; its leaks are not ours.
    env PYTHONPATH="$work/site" PYTHONMALLOC=malloc LD_PRELOAD="$libraries" \
        ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:log_path="$work/finding" UBSAN_OPTIONS=log_path="$work/finding" \
        python -m pytest -q -p no:cacheprovider "$@" || status=1
    findings=$(cat "$work"/finding.* 2>/dev/null || true)
    rm -f "$work"/finding.*
    count=$(grep -c -E 'ERROR: AddressSanitizer|runtime error' <<< "$findings" || true)
    echo "$kinds: $count findings"
    head -60 <<< "$findings"
    [ "$count" = 0 ] || status=1
}

asan=$(gcc -print-file-name=libasan.so) ubsan=$(gcc -print-file-name=libubsan.so)
# AddressSanitizer has memory its own way: it keeps what is freed, and heeds no limit.
apart=(memory_goes_back_to_the_system exhausted_memory_is_a_memory_error neighbours_stay_neighbours)
sanitized address,undefined "$asan $ubsan" "${apart[@]/#/--deselect=tests/core/test_nodes.py::test_}" "$@"
sanitized undefined "$ubsan" "$@"
exit $status
