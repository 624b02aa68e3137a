# shellcheck shell=bash
# The lab's network: a hub with a bridge, and a cable from it to each node. All of it lives in network namespaces
# that processes of the lab hold, so nothing is added to the host's own network and all of it ends with them.

readonly HUB_ADDRESS=10.77.0.1
readonly NODE_NETWORK=10.77.0
readonly HUB_BRIDGE=lab0

node_address() {
    printf '%s.%d\n' "$NODE_NETWORK" $((10 + ${1#node}))
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

# Plugs a node's namespace into the hub. Both ends are made in their own namespace.
connect_node() {
    local node=$1 init_pid=$2 hub_pid
    read -r hub_pid <"$LAB_STATE/hub-pid"
    nsenter --target "$hub_pid" --net ip link add "$node" type veth peer name eth0 netns "$init_pid"
    nsenter --target "$hub_pid" --net ip link set "$node" master "$HUB_BRIDGE" up
    nsenter --target "$init_pid" --net ip link set lo up
    nsenter --target "$init_pid" --net ip address add "$(node_address "$node")/24" dev eth0
    nsenter --target "$init_pid" --net ip link set eth0 up
    nsenter --target "$init_pid" --net ip route add default via "$HUB_ADDRESS"
}
