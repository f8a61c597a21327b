#!/bin/bash
# Which packages take the compiler's time? Runs a command of cargo with an empty target folder and prints seconds of
# processor time by package, of rustc and of the C compiler; other work of build scripts is not counted.
#   tools/figures/compile-seconds.sh build --release -p tekser-indexer -p tekser-server
# Needs GNU time. The script is its own wrapper of rustc and cc.
set -eu

# As RUSTC_WRAPPER, or as CC.
if [ -n "${COMPILE_SECONDS:-}" ]; then
    case $(basename "${1:-}") in rustc | clippy-driver) ;; *) set -- cc "$@" ;; esac
    if [ -z "${CARGO_PKG_NAME:-}" ]; then exec "$@"; fi
    exec /usr/bin/time --quiet -a -o "$COMPILE_SECONDS" -f "$CARGO_PKG_NAME %U %S" "$@"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
script=$(realpath "$0")
TIMEFORMAT='%R s on the clock, user %U s, system %S s, everything included'
time COMPILE_SECONDS=$work/seconds RUSTC_WRAPPER=$script CC=$script CARGO_TARGET_DIR=$work/target cargo "$@"
awk '{s[$1] += $2 + $3; all += $2 + $3} END {for (p in s) printf "%7.1f  %s\n", s[p], p; printf "%7.1f  all %d packages\n", all, length(s)}' \
    "$work/seconds" | sort -rn
du -sh "$work/target" | cut -f1
