#!/usr/bin/env bash
# On a machine with a CUDA GPU, from a clean checkout and without network access: builds native/ against the torch
# of python3, compares CUDA with the CPU and the CPU with PyTorch, and runs the benchmark. Under 10 minutes.
#
#   bench/cuda.sh [--data DIR] [--rows IDS] [other options of the benchmark]
#   bench/cuda.sh --rows whole-run --data DIR     the whole CIFAR-10 experiment by the clock
#   bench/cuda.sh --device cpu --quick            a rehearsal without a GPU
#
# Takes Deno from $DENO or else from PATH, and npm packages from Deno's cache ($DENO_DIR), which `deno install`
# fills where there is a network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

deno=${DENO:-deno}
if ! command -v "$deno" >/dev/null; then
  echo "error: expected Deno in PATH or named by DENO, found neither" >&2
  exit 1
fi
if ! LIBTORCH=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))'); then
  echo "error: expected a python3 that imports torch, found none" >&2
  exit 1
fi
export LIBTORCH
# As deno.json's tasks have it: deterministic calls on CUDA need the first.
export CUBLAS_WORKSPACE_CONFIG=:4096:8 MALLOC_ARENA_MAX=1

tests=(tests/ffi/cuda_test.ts tests/ffi/pytorch_test.ts)
for argument in "$@"; do
  if [[ $argument == --quick ]]; then tests=(tests/ffi/cuda_test.ts); fi
done

started=$SECONDS
"$deno" run -q --cached-only -P=setup src/cli/setup.ts
"$deno" test -q --cached-only -P=tests "${tests[@]}"
# Of an option that is given twice, the last one counts.
"$deno" run -q --cached-only -P=bench bench/main.ts --device cuda --repetitions 3 "$@"
echo "took $((SECONDS - started)) s" >&2
