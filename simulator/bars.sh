#!/usr/bin/env bash
# Measures the simulator against CloudSim Plus on one PlanetLab day, interleaved, and prints the ratios.
#   simulator/bars.sh [rounds=3] [baseline=../shared/baselines/cloudsimplus/run.sh] [traces=../shared/traces]
# Each round runs both programs one after the other; what counts is each program's median over the rounds.
set -euo pipefail
home=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
rounds=${1:-3}
baseline=$(readlink -f "${2:-$home/../shared/baselines/cloudsimplus/run.sh}")
traces=$(readlink -f "${3:-$home/../shared/traces}")
day=20110303
[[ -x $baseline && -f $traces/planetlab/planetlab.tar.gz ]] || {
  echo "bars.sh: needs $baseline and $traces/planetlab/planetlab.tar.gz; say where they are." >&2
  exit 3
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ours() { # policy memory: VM-samples per second, warm median
  "$home/simulator/bin/simulate" --trace "planetlab:$traces/planetlab/planetlab.tar.gz:$day" --hosts planetlab \
    --policy "$1" --target 80 --memory "$2" --repeat 7 --quiet --json |
    awk -F'[:,]' '/"vmSamples"/{n=$2} /"wallSeconds"/{printf "%.0f\n", n/$2}'
}
theirs() { # policy: the median of the warm runs, the first two left out
  TRACES=$traces/planetlab "$baseline" "$day" 7 "$1" stock |
    sed -n 's/.* vm_samples_per_s=\([0-9]*\) .*/\1/p' | tail -n +3 | sort -n | awk '{v[NR]=$1} END{print v[int((NR+1)/2)]}'
}
median() { sort -n "$1" | awk '{v[NR]=$1} END{print v[int((NR+1)/2)]}'; }

for ((round = 1; round <= rounds; round++)); do
  echo "round $round of $rounds" >&2
  ours none enforced >>"$work/none"
  theirs none >>"$work/csp-none"
  ours thr-mmt enforced >>"$work/thr"
  theirs best >>"$work/csp-thr"
  ours thr-mmt ignored >>"$work/thr-ignored"
done
row() { # name ours theirs
  local a b
  a=$(median "$work/$2")
  b=$(median "$work/$3")
  awk -v n="$1" -v a="$a" -v b="$b" 'BEGIN{printf "%-32s %12d %12d %8.1f x\n", n, a, b, a/b}'
}
printf '%-32s %12s %12s %10s\n' 'VM-samples/s, warm median' ours 'CloudSim +' ratio
row 'pure replay (none)' none csp-none
row 'thr 0.8 mmt, memory enforced' thr csp-thr
row 'thr 0.8 mmt, memory ignored' thr-ignored csp-thr
