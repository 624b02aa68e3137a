#!/usr/bin/env bash
# Measures the simulator against CloudSim Plus on one PlanetLab day, interleaved; then what a sample costs from 1,000 to
# 100,000 containers, and a cold start. Judges: exit 1 when a bar is missed. What CloudSim Plus is
# needed for is left out, with a line that says so, where its folder or the traces are not there.
#   simulator/bars.sh [rounds=3] [baseline=../shared/baselines/cloudsimplus] [traces=../shared/traces] [runs=5]
# Each round runs both programs one after the other (each with so many warm runs in one process); what counts is each
# program's median over the rounds. The costs per sample go to simulator/target/cost-per-sample.csv.
set -euo pipefail
home=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
rounds=${1:-3}
baseline=${2:-$home/../shared/baselines/cloudsimplus}
traces=${3:-$home/../shared/traces}
runs=${4:-5}
day=20110303
[[ -d $baseline ]] && baseline=$baseline/run.sh
simulate=$home/simulator/bin/simulate
planetlab=$traces/planetlab/planetlab.tar.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missed=0
judge() { # name, value, relation, bar
  local verdict=met
  awk -v a="$2" -v b="$4" -v r="$3" 'BEGIN{exit !(r == ">=" ? a >= b : a <= b)}' || { verdict=MISSED; missed=1; }
  printf '%-46s %10.2f   bar %s %-6s %s\n' "$1" "$2" "$3" "$4" "$verdict"
}
median() { sort -n "$1" | awk '{v[NR]=$1} END{print v[int((NR+1)/2)]}'; }

ours() { # policy memory name: VM-samples per second of wall and of processor time, warm medians
  "$simulate" --trace "planetlab:$planetlab:$day" --hosts planetlab --policy "$1" --target 80 --memory "$2" \
    --repeat $((runs + 2)) --quiet --json |
    awk -F'[:,]' -v w="$work/$3.wall" -v c="$work/$3.cpu" \
      '/"vmSamples"/{n=$2} /"wallSeconds"/{printf "%.0f\n", n/$2 >> w} /"cpuSeconds"/{printf "%.0f\n", n/$2 >> c}'
}
theirs() { # policy name: the medians of the warm runs, the first two left out
  TRACES=$traces/planetlab "$baseline" "$day" $((runs + 2)) "$1" stock >"$work/theirs"
  sed -n 's/.* vm_samples_per_s=\([0-9]*\) .*/\1/p' "$work/theirs" | tail -n +3 >"$work/warm"
  median "$work/warm" >>"$work/$2.wall"
  sed -n 's/.* sim_thread_cpu_s=\([0-9.]*\) vm_samples=\([0-9]*\) .*/\1 \2/p' "$work/theirs" | tail -n +3 |
    awk '{printf "%.0f\n", $2/$1}' >"$work/warm"
  median "$work/warm" >>"$work/$2.cpu"
}
row() { # name ours theirs bar
  local clock
  for clock in wall cpu; do
    awk -v n="$1" -v k=$clock -v a="$(median "$work/$2.$clock")" -v b="$(median "$work/$3.$clock")" \
      'BEGIN{printf "%-32s %-5s %12d %12d %8.1f x\n", n, k, a, b, a/b}'
  done
  judge "$1, times CloudSim Plus" \
    "$(awk -v a="$(median "$work/$2.wall")" -v b="$(median "$work/$3.wall")" 'BEGIN{print a/b}')" '>=' "$4"
}

echo "$(date -u +%FT%RZ), $(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg), $rounds rounds of $runs warm runs"
if [[ -x $baseline && -f $planetlab ]]; then
  for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds" >&2
    ours none enforced none
    theirs none csp-none
    ours thr-mmt enforced thr
    theirs best csp-thr
    ours thr-mmt ignored thr-ignored
  done
  printf '%-32s %-5s %12s %12s %10s\n' 'VM-samples/s, warm median' clock ours 'CloudSim +' ratio
  row 'pure replay (none)' none csp-none 20
  row 'thr 0.8 mmt, memory enforced' thr csp-thr 60
  row 'thr 0.8 mmt, memory ignored' thr-ignored csp-thr 60
else
  echo "Left out beside CloudSim Plus: needs $baseline and $planetlab; say where they are."
fi

mkdir -p "$home/simulator/target"
curve=$home/simulator/target/cost-per-sample.csv
echo 'containers,hosts,samples,cpu_ns_per_sample,wall_ns_per_sample' >"$curve"
for containers in 1000 3000 10000 30000 100000; do # the same number of samples each, greedy at each
  "$simulate" --generate "containers=$containers,step=300s,days=$((100000 / containers)),mean=30,cpu=500,memory-mib=256" \
    --hosts "$((containers / 10))x4000m/64GiB" --policy greedy --target 80 --quiet --json |
    awk -F'[:,]' -v n=$containers '/"vmSamples"/{s=$2} /"wallSeconds"/{w=$2} /"cpuSeconds"/{
      printf "%d,%d,%d,%.1f,%.1f\n", n, n/10, s, $2/s*1e9, w/s*1e9}' >>"$curve"
done
cat "$curve"
judge 'cost per sample, dearest over cheapest' \
  "$(tail -n +2 "$curve" | cut -d, -f4 | sort -n | awk '{v[NR]=$1} END{print v[NR]/v[1]}')" '<=' 2

for ((k = 0; k < 5; k++)); do
  since=$(date +%s.%N)
  "$simulate" --generate containers=10,days=1 --hosts 3 --policy greedy --quiet >/dev/null
  echo "$(date +%s.%N) $since" | awk '{print $1-$2}' >>"$work/cold"
done
judge 'cold start of a small run, s, median of 5' "$(median "$work/cold")" '<=' 1.5
exit $missed
