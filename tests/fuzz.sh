#!/usr/bin/env bash
# Fuzzes each target for some seconds, from seeds of this repository: `bash tests/fuzz.sh 20`.
# With `cargo install cargo-fuzz`, `cargo fuzz run config` goes on for as long as you like.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-20}

# What cargo-fuzz asks of the compiler, without its sanitizers, which need a nightly one, and
# for our own code only: the rest compiles in a quarter of the time.
export FUZZ_FLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
RUSTC_WRAPPER="$PWD/tests/fuzz-rustc.sh"
export RUSTC_WRAPPER
target=$(rustc -vV | sed -n 's/^host: //p')
cargo build --quiet --locked --release --manifest-path fuzz/Cargo.toml --target "$target" --target-dir target/fuzz
seeds=target/fuzz/seeds
rm -rf "$seeds"
mkdir -p "$seeds"/{config,history,answers}
number=0
for case in tests/mistakes/config-*.txt; do
  sed '1d; /^== expected$/,$d' "$case" > "$seeds/config/$(basename "$case")"
done
for case in tests/mistakes/history-*.txt; do
  sed -n '/^== data/,/^== /p' "$case" | sed '/^== /d' > "$seeds/history/$(basename "$case")"
done
cp probes.yaml "$seeds/config/own"
cp src/commands/init/probes.yaml "$seeds/config/new"
printf 'time,probe,outcome,latency_ms,code,detail\n2026-11-22T10:05:03Z,api,up,123,200,\n2026-11-22T10:05:03Z,db,down,,,"a, ""b"""\n' > "$seeds/history/two-rows"
for answer in 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok' \
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n' \
  '\0\7\x81\x80\0\1\0\1\0\0\0\0\1a\7example\0\0\1\0\1\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1'; do
  number=$((number + 1))
  printf '%b' "$answer" > "$seeds/answers/$number"
done
for name in config history answers; do
  echo "fuzzing $name for $seconds s"
  mkdir -p "target/fuzz/corpus/$name"
  log="target/fuzz/$name.log"
  if ! "target/fuzz/$target/release/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
    -max_len=4096 -print_final_stats=1 -artifact_prefix=target/fuzz/ \
    "target/fuzz/corpus/$name" "$seeds/$name" > "$log" 2>&1; then
    tail -n 40 "$log"
    exit 1
  fi
  grep -E '^stat::number_of_executed_units|cov:' "$log" | tail -n 2
done
