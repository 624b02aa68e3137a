# shellcheck shell=bash
# Removes whatever a lab left, complete or not: processes, and with them their namespaces, mounts and cables; then
# control groups; then state. Safe to repeat, and to run where there is nothing.

sweep() {
    remove_cgroups
    [[ -d $LAB_STATE ]] || return 0
    # Its data is elsewhere, where its own user may go.
    local rabbitmq=$LAB_STATE/rabbitmq
    [[ ! -d $rabbitmq ]] || LIVE_MIGRATE_RABBITMQ_STATE=$rabbitmq "$LAB_HOME/rabbitmq" stop
    # The lab mounts nothing in the host's own mount namespace. If somebody else did, below the state, deleting
    # would reach through.
    local point
    while read -r _ point _; do
        [[ $point != "$LAB_STATE" && $point != "$LAB_STATE"/* ]] || die "$EXIT_FAILED" \
            "something is mounted at $point, which is not the lab's doing; unmount it, then try again"
    done </proc/mounts
    rm -rf --one-file-system "$LAB_STATE"
}

# Every holder is alive, and `up` had finished.
lab_is_up() {
    [[ -e $LAB_STATE/complete ]] || return 1
    local name
    # What is no node: the VM lab's storage guest.
    for name in hub $(node_names) $([[ ! -d $LAB_STATE/storage ]] || echo storage); do
        holder_pid "$name" >/dev/null || return 1
    done
}
