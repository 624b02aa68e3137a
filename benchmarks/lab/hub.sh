# shellcheck shell=bash
# What the nodes of every kind are plugged into: a bridge in a network namespace of its own, held by a process of the
# lab. So nothing is added to the host's own network, and all of it ends with that process. The controller, the broker
# and the command line run here (`lab exec hub`).

readonly HUB_ADDRESS=10.77.0.1
readonly NODE_NETWORK=10.77.0
readonly HUB_BRIDGE=lab0

# Names of the nodes that this lab has, in order.
node_names() {
    local count index
    [[ -r $LAB_STATE/nodes ]] || return 0
    read -r count <"$LAB_STATE/nodes"
    for ((index = 1; index <= count; index++)); do
        printf 'node%d\n' "$index"
    done
}

node_address() {
    printf '%s.%d\n' "$NODE_NETWORK" $((10 + ${1#node}))
}

# The process that a node, or the hub, stands and falls with, or nothing when it is not alive.
holder_pid() {
    local name=$1 file pid
    file=$LAB_STATE/$name/init-pid
    [[ $name == hub ]] && file=$LAB_STATE/hub-pid
    [[ -r $file ]] && read -r pid <"$file" && [[ -n $pid ]] && in_cgroup "$name" "$pid" && printf '%s\n' "$pid"
}

# Starts the process that holds the hub's namespace; returns when its bridge is up.
start_hub() {
    make_cgroup hub
    local answer
    exec {hub_output}< <(
        exec 9<&-
        join_cgroup hub "$BASHPID"
        # shellcheck disable=SC2016 # expanded by the inner shell
        exec setsid unshare --net bash -euc '
            ip link set lo up
            ip link add "$1" type bridge stp_state 0 forward_delay 0
            ip address add "$2/24" dev "$1"
            ip link set "$1" up
            echo $$
            exec sleep infinity >/dev/null
        ' hub "$HUB_BRIDGE" "$HUB_ADDRESS" </dev/null 2>"$LAB_STATE/hub.log"
    )
    read -r -t 20 -u "$hub_output" answer \
        || die "$EXIT_FAILED" "the hub's network did not come up: $(tail -n 3 "$LAB_STATE/hub.log")"
    exec {hub_output}<&-
    printf '%s\n' "$answer" >"$LAB_STATE/hub-pid"
}

# Becomes a command of this machine in the hub's network.
enter_hub() {
    local pid
    pid=$(holder_pid hub) || die "$EXIT_PREREQUISITE" "no lab is up; lab up starts one"
    join_cgroup hub "$BASHPID"
    exec nsenter --target "$pid" --net -- "$@"
}

in_hub() {
    (
        exec 9<&-
        enter_hub "$@"
    )
}
