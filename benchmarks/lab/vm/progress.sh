# shellcheck shell=bash
# What `up` tells about guests that start: what each is at, and about how long it will take still.

# An emulated guest on a busy machine is slow; a guest that hangs is told by this only.
readonly BOOT_PATIENCE_S=${LIVE_MIGRATE_LAB_PATIENCE_S:-900}
# Seconds from QEMU's start to the last heartbeat, until a first run has measured them here.
readonly FIRST_GUESS_S=150

declare -A told_stage
progress_began=

begin_progress() {
    progress_began=$SECONDS
}

# progress TEXT
progress() {
    local elapsed=$((SECONDS - progress_began)) expected=$FIRST_GUESS_S
    [[ ! -r $VM_CACHE/start-seconds ]] || expected=$(<"$VM_CACHE/start-seconds")
    if ((expected > elapsed)); then
        say "$(printf '%4d s, about %d s left: %s' "$elapsed" $((expected - elapsed)) "$1")"
    else
        say "$(printf '%4d s, longer than expected: %s' "$elapsed" "$1")"
    fi
}

end_progress() {
    echo $((SECONDS - progress_began)) >"$VM_CACHE/start-seconds"
}

# Says what a guest is at, once each, as its console tells it.
show_guest() {
    local name=$1 console=$LAB_STATE/$1/console.log stage
    require_guest "$name"
    stage=$(sed -n 's/.*live-migrate-setup: //p' "$console" 2>/dev/null | tr -d '\r' | tail -n 1)
    if [[ -z $stage ]]; then
        stage=booting
        grep -q "Cloud-init" "$console" 2>/dev/null && stage="cloud-init runs"
    fi
    ! grep -q 'Failed to run module scripts_user\|Failed to start cloud-final' "$console" 2>/dev/null \
        || guest_failed "$name" "could not be set up"
    [[ ${told_stage[$name]:-} != "$stage" ]] || return 0
    told_stage[$name]=$stage
    progress "$name: $stage"
}
