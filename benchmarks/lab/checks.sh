# shellcheck shell=bash
# What the tests of the labs share. Wants: $lab, the command; $work, a scratch directory; $failures, 0.

check() {
    local what=$1
    shift
    if "$@"; then
        printf 'ok      %s\n' "$what"
    else
        printf 'FAILED  %s\n' "$what"
        failures=$((failures + 1))
    fi
}

on() {
    local node=$1
    shift
    "$lab" exec "$node" -- "$@"
}

ticks() {
    on "$1" podman exec "$2" cat /ticks 2>/dev/null
}

# Waits until a container has ticked again: proof that it runs, not only that podman says so.
awaits_ticks() {
    local node=$1 name=$2 deadline=$((SECONDS + ${TICKS_WITHIN_S:-20})) before now
    before=$(ticks "$node" "$name" | tail -n 1)
    while ((SECONDS < deadline)); do
        now=$(ticks "$node" "$name" | tail -n 1)
        [[ -n $now && $now != "$before" ]] && return 0
    done
    return 1
}

# One life: one nonce, and every count from 1 on, once. Prints the longest gap, and the 99th percentile.
one_life() {
    awk '
        NR == 1 { nonce = $1; if ($2 != 1) { print "begins at " $2; bad = 1 } }
        NR > 1 {
            if ($1 != nonce) { print "another life in line " NR; bad = 1; exit 1 }
            if ($2 != count + 1) { print count " is followed by " $2; bad = 1; exit 1 }
            gap = ($3 - time) / 1e6
            gaps[NR - 1] = gap
            if (gap > longest) longest = gap
        }
        { count = $2; time = $3 }
        END {
            if (bad || NR < 2) { print "        " NR " ticks"; exit 1 }
            n = asort_gaps()
            printf "        %d ticks; gaps: longest %.0f ms, 99th percentile %.1f ms\n", NR, longest, gaps[int(n * 0.99)]
        }
        # A shell sort, since not every awk can sort.
        function asort_gaps(   n, h, i, j, value) {
            n = NR - 1
            for (h = int(n / 2); h > 0; h = int(h / 2))
                for (i = h + 1; i <= n; i++) {
                    value = gaps[i]
                    for (j = i; j > h && gaps[j - h] > value; j -= h) gaps[j] = gaps[j - h]
                    gaps[j] = value
                }
            return n
        }
    ' "$1"
}

# What the lab could leave behind. Namespaces count by process, so these are gone with it. Labs of other directories may
# come and go meanwhile: what is in their control groups is theirs.
traces() {
    local directory=${LIVE_MIGRATE_LAB_DIR:-/var/lib/live-migrate-lab} group=live-migrate-lab pid state command
    [[ $directory == /var/lib/live-migrate-lab ]] || group+=-$(cksum <<<"$directory" | cut -d' ' -f1)
    cut -d' ' -f2 /proc/mounts | sort
    ip -brief link | cut -d' ' -f1 | cut -d@ -f1
    ip netns list
    find /sys/fs/cgroup -type d -name "$group" | sort
    # What has ended and only waits for the host's init to read its status is no trace of the lab.
    ps -e -o pid=,stat=,comm= | while read -r pid state command; do
        [[ $state != Z* && $command =~ ^(qemu|conmon|tini|netavark|aardvark|criu|runc|debootstrap) ]] || continue
        grep -q live-migrate-lab "/proc/$pid/cgroup" 2>/dev/null || echo "$command"
    done | sort
    find "$directory" -mindepth 1 -maxdepth 1 ! -name cache 2>/dev/null || true
}

quietly() {
    "$@" >/dev/null
}

refuses() {
    ! "$@" >"$work/refused" 2>&1
}
leaves_nothing() {
    traces >"$work/after"
    diff "$work/before" "$work/after"
}
