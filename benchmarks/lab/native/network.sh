# shellcheck shell=bash
# The cable from the hub to a node's network namespace. Both ends are made in their own namespace.

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
