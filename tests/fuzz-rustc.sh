#!/usr/bin/env bash
# Compiles as asked; with $FUZZ_FLAGS what is to be fuzzed.
compiler=$1
shift
case " $* " in
  *" --crate-name aboveboard "* | *" --crate-name config "* | *" --crate-name history "* | *" --crate-name answers "*)
    # shellcheck disable=SC2086 # several flags
    exec "$compiler" "$@" $FUZZ_FLAGS
    ;;
  *) exec "$compiler" "$@" ;;
esac
