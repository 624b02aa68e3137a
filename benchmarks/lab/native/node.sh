# shellcheck shell=bash
# One node: its directories, its configuration, its namespaces, its limits.
#
# State of node1 in $LAB_STATE/node1: init-pid, millicores, memory-bytes; upper, work and root of its overlay;
# containers, which is its podman storage; *.log.

# Writes what differs from Debian's defaults, so that a plain `podman` does the right thing in a node.
configure_node() {
    local name=$1 upper=$LAB_STATE/$1/upper node
    mkdir -p "$upper"/etc/{containers,criu} "$upper/root"
    cat >"$upper/etc/containers/containers.conf" <<'CONF'
[containers]
# The pids controller may be missing on a host.
pids_limit = 0
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
env = ["PODMAN_IGNORE_CGROUPSV1_WARNING=1"]
[network]
firewall_driver = "nftables"
CONF
    cat >"$upper/etc/containers/storage.conf" <<'CONF'
[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
CONF
    echo '# No registry and no name service is reachable from a node.' >"$upper/etc/resolv.conf"
    echo "$name" >"$upper/etc/hostname"
    {
        echo '127.0.0.1 localhost'
        echo "$HUB_ADDRESS hub"
        for node in $(node_names); do
            echo "$(node_address "$node") $node"
        done
    } >"$upper/etc/hosts"
}

# Begins to start a node; await_node waits for it. Two steps, so that nodes start side by side.
declare -A node_output
launch_node() {
    local name=$1 output
    mkdir -p "$LAB_STATE/$name"/{upper,work,root,containers}
    configure_node "$name"
    make_cgroup "$name"
    exec {output}< <(
        exec 9<&-
        join_cgroup "$name" "$BASHPID"
        exec setsid unshare --mount --pid --fork --uts --ipc --net --cgroup \
            bash "$LAB_HOME/native/node-init" "$name" "$LAB_STATE/binds" </dev/null 2>"$LAB_STATE/$name/init.log"
    )
    node_output[$name]=$output
}

await_node() {
    local name=$1 millicores=$2 memory_bytes=$3 pid answer
    if ! read -r -t 20 -u "${node_output[$name]}" pid || ! read -r -t 20 -u "${node_output[$name]}" answer; then
        tail -n 5 "$LAB_STATE/$name/init.log" >&2
        die "$EXIT_FAILED" "$name did not start; see above"
    fi
    local output=${node_output[$name]}
    exec {output}<&-
    [[ $answer == ready ]] || die "$EXIT_FAILED" "$name answered '$answer' when it should be ready"
    printf '%s\n' "$pid" >"$LAB_STATE/$name/init-pid"
    # Version 2 lets a group have processes or controllers for its children, not both; so what started in the
    # node's root group, to become the root of its view, moves on before there are limits.
    make_cgroup "$name/system"
    move_processes "$name" "$name/system"
    make_cgroup "$name/containers"
    limit_cgroup "$name/containers" "$millicores" "$memory_bytes"
    printf '%s\n' "$millicores" >"$LAB_STATE/$name/millicores"
    printf '%s\n' "$memory_bytes" >"$LAB_STATE/$name/memory-bytes"
    connect_node "$name" "$pid"
}

readonly NODE_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Becomes a command in a node: in all its namespaces, outside its containers' quota, with a fresh environment.
# The command gets SIGTERM when this process dies, since nsenter passes no signal on.
enter_node() {
    local name=$1 pid java_home=()
    shift
    pid=$(holder_pid "$name") || die "$EXIT_PREREQUISITE" "$name is not up; lab status says what is"
    join_cgroup "$name/system" "$BASHPID"
    [[ -r $LAB_STATE/java-home ]] && java_home=("JAVA_HOME=$(<"$LAB_STATE/java-home")")
    exec nsenter --target "$pid" --mount --uts --ipc --net --pid --cgroup --root -- \
        env --ignore-environment --chdir=/ PATH="$NODE_PATH${java_home[0]:+:${java_home[0]#*=}/bin}" HOME=/root \
        LANG=C.UTF-8 TERM="${TERM:-dumb}" PODMAN_IGNORE_CGROUPSV1_WARNING=1 ${java_home[@]+"${java_home[@]}"} \
        setpriv --pdeathsig TERM -- "$@"
}

# Runs a command in a node and returns.
in_node() {
    (
        exec 9<&-
        enter_node "$@"
    )
}
