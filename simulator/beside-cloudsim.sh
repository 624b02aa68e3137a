#!/usr/bin/env bash
# Prints the tables "Beside CloudSim 4.0" of the README anew: what each switch does on one day, and five days with all.
#   simulator/beside-cloudsim.sh [golden=../shared/baselines/cloudsimplus/golden-cloudsim-4.0.csv] [traces=../shared/traces]
set -euo pipefail
home=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
golden=${1:-$home/../shared/baselines/cloudsimplus/golden-cloudsim-4.0.csv}
traces=${2:-$home/../shared/traces}
[[ -f $golden && -f $traces/planetlab/planetlab.tar.gz ]] || {
  echo "beside-cloudsim.sh: needs $golden and $traces/planetlab/planetlab.tar.gz; say where they are." >&2
  exit 3
}

runs() { # day policies, then further options: "policy migrations kWh slatahPooled shutdowns" per policy
  "$home/simulator/bin/simulate" --trace "planetlab:$traces/planetlab/planetlab.tar.gz:$1" --hosts planetlab \
    --policy "$2" --target 80 --quiet --json "${@:3}" |
    awk -F'[:,]' '/"policy"/{gsub(/[" ]/, "", $2); p=$2} /"migrations"/{m=$2} /"slatahPooled"/{s=$2} /"energyKwh"/{e=$2}
      /"hostShutdowns"/{printf "%s %d %.2f %.2f %d\n", p, m, e, s*100, $2}'
}

echo '| 20110303, one switch after the other | THR: migrations | kWh | shutdowns | LR: migrations | kWh | shutdowns |'
echo '| --- | --- | --- | --- | --- | --- | --- |'
ladder() { # name, then options
  local all
  all=$(runs 20110303 thr-mmt,lr-mmt "${@:2}")
  awk -v n="$1" '{printf "%s| %d | %s | %d ", NR==1 ? "| " n " " : "", $2, $3, $5} END{print "|"}' <<<"$all"
}
ladder 'ours'
ladder 'memory ignored' --memory ignored
with=
for switch in zero-exits stale-power empty-receivers woken-closed unweighted-regression trapezoid-energy incoming-violates; do
  with=$with${with:+,}$switch
  ladder "and \`$switch\`" --memory ignored --switches "$with"
done
awk -F, '$1==20110303 && $2=="thr"{t=$5 " | " $4 " | " $9} $1==20110303 && $2=="lr"{l=$5 " | " $4 " | " $9}
  END{print "| CloudSim 4.0 | " t " | " l " |"}' "$golden" | sed 's/20110303//'

echo
echo '| day | detector | kWh: CloudSim | ours | | migrations: CloudSim | ours | | shutdowns: CloudSim | ours | | SLATAH, pooled: CloudSim | ours |'
echo '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |'
for day in 20110303 20110306 20110309 20110322 20110325; do
  runs $day thr-mmt,iqr-mmt,mad-mmt,lr-mmt --memory ignored --switches "$with" |
    awk -v day=$day -F'[ ,]' '
      function off(a, b) { return sprintf("%+.1f %%", (b / a - 1) * 100) }
      NR == FNR { if ($1 == day) { e[$2]=$4; m[$2]=$5; s[$2]=$6; h[$2]=$9 } next }
      { d = $1; sub(/-mmt/, "", d)
        printf "| %s | %s | %s | %s | %s | %d | %d | %s | %d | %d | %s | %s %% | %s %% |\n", day, toupper(d), e[d], $3,
          off(e[d], $3), m[d], $2, off(m[d], $2), h[d], $5, off(h[d], $5), s[d], $4 }' "$golden" -
done
