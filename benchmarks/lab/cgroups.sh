# shellcheck shell=bash
# The lab's control groups: what it accounts, limits, and by which `down` finds every process it has to end.
#
#   live-migrate-lab/            in every hierarchy of the host; with a number for another LIVE_MIGRATE_LAB_DIR
#     builder/                   long steps of `up`, so that an interrupted one can be ended too
#     hub/                       the hub's holder, and what `lab exec hub` runs
#     node1/                     the root that the node sees
#       system/                  its init and what `lab exec node1` runs: no quota
#       containers/              what the node's capacity is set on: --cgroup-parent /containers
#
# A process cannot leave its control group by itself, whatever namespaces it makes; so killing what is in the tree
# ends everything the lab started, and nothing else.

# A lab in another directory is another lab: neither may end the other's processes.
if [[ $LAB_DIR == /var/lib/live-migrate-lab ]]; then
    readonly LAB_CGROUP=live-migrate-lab
else
    LAB_CGROUP=live-migrate-lab-$(cksum <<<"$LAB_DIR" | cut -d' ' -f1)
    readonly LAB_CGROUP
fi
readonly CPU_PERIOD_US=100000

# Mount points of the host's hierarchies, one a line: all of version 1, or the one of version 2.
cgroup_mounts() {
    if cgroup_v2; then
        printf '/sys/fs/cgroup\n'
        return
    fi
    local point kind options
    while read -r _ point kind options _; do
        if [[ $kind == cgroup && $options != *name=* ]]; then
            printf '%s\n' "$point"
        fi
    done </proc/mounts | sort -u
}

cgroup_v2() {
    [[ $(stat -f -c %T /sys/fs/cgroup 2>/dev/null) == cgroup2fs ]]
}

require_cgroups() {
    [[ -n $(cgroup_mounts) ]] || die "$EXIT_PREREQUISITE" \
        "no control groups are mounted at /sys/fs/cgroup; the lab needs version 1 controllers or version 2"
    if ! cgroup_v2; then
        local controller
        for controller in cpu memory freezer devices; do
            [[ -n $(cgroup_mount_of "$controller") ]] || die "$EXIT_PREREQUISITE" \
                "the control group controller '$controller' is not mounted below /sys/fs/cgroup"
        done
    fi
}

# The mount point of one version 1 controller, or nothing.
cgroup_mount_of() {
    local point kind options
    while read -r _ point kind options _; do
        if [[ $kind == cgroup && ",$options," == *",$1,"* ]]; then
            printf '%s\n' "$point"
            return
        fi
    done </proc/mounts
}

# Makes a group below the lab's tree in every hierarchy.
make_cgroup() {
    local mount path directory part
    while read -r mount; do
        directory=$mount
        local parts
        IFS=/ read -r -a parts <<<"$LAB_CGROUP/$1"
        for part in "${parts[@]}"; do
            cgroup_v2 && delegate_controllers "$directory"
            path=$directory/$part
            mkdir -p "$path"
            # A new cpuset may use nothing, and then takes no process.
            if [[ -e $path/cpuset.mems && ! -e $path/cgroup.controllers && -z $(<"$path/cpuset.mems") ]]; then
                cat "$directory/cpuset.cpus" >"$path/cpuset.cpus"
                cat "$directory/cpuset.mems" >"$path/cpuset.mems"
            fi
            directory=$path
        done
    done < <(cgroup_mounts)
}

# Version 2: lets the children of a group use its controllers. Those that the host withholds stay off.
delegate_controllers() {
    local controller
    for controller in cpu memory pids io cpuset; do
        if [[ " $(<"$1/cgroup.controllers") " == *" $controller "* ]]; then
            echo "+$controller" >"$1/cgroup.subtree_control" 2>/dev/null || true
        fi
    done
}

# Moves a process into a group of the lab, in every hierarchy.
join_cgroup() {
    local group=$1 pid=$2 mount
    while read -r mount; do
        echo "$pid" >"$mount/$LAB_CGROUP/$group/cgroup.procs"
    done < <(cgroup_mounts)
}

# Moves every process that sits in a group itself, not in its children, to another one.
move_processes() {
    local from=$1 to=$2 mount pid
    while read -r mount; do
        while read -r pid; do
            # One that ended meanwhile need not be moved.
            echo "$pid" >"$mount/$LAB_CGROUP/$to/cgroup.procs" 2>/dev/null || [[ ! -d /proc/$pid ]]
        done <"$mount/$LAB_CGROUP/$from/cgroup.procs"
    done < <(cgroup_mounts)
}

limit_cgroup() {
    local group=$1 millicores=$2 memory_bytes=$3
    local quota_us=$((millicores * CPU_PERIOD_US / 1000))
    if cgroup_v2; then
        local path=/sys/fs/cgroup/$LAB_CGROUP/$group
        [[ -e $path/cpu.max && -e $path/memory.max ]] || die "$EXIT_PREREQUISITE" \
            "the host does not delegate the cpu and memory controllers to /sys/fs/cgroup/$LAB_CGROUP"
        echo "$quota_us $CPU_PERIOD_US" >"$path/cpu.max"
        echo "$memory_bytes" >"$path/memory.max"
        return
    fi
    local cpu memory
    cpu=$(cgroup_mount_of cpu)/$LAB_CGROUP/$group
    memory=$(cgroup_mount_of memory)/$LAB_CGROUP/$group
    echo "$CPU_PERIOD_US" >"$cpu/cpu.cfs_period_us"
    echo "$quota_us" >"$cpu/cpu.cfs_quota_us"
    # Without this, what sits in a child's own group would not count for this one on some hosts.
    if [[ -e $memory/memory.use_hierarchy ]]; then
        echo 1 >"$memory/memory.use_hierarchy" 2>/dev/null || true
    fi
    echo "$memory_bytes" >"$memory/memory.limit_in_bytes"
}

# A quota grants nothing: beside a busy build, a node would not get the capacity that it states. So the lab as a whole
# comes first; what its containers may take is bounded by their quotas, or by their guests' one CPU.
prefer_lab() {
    if cgroup_v2; then
        echo 10000 >"/sys/fs/cgroup/$LAB_CGROUP/cpu.weight" || true
    else
        echo 102400 >"$(cgroup_mount_of cpu)/$LAB_CGROUP/cpu.shares" || true
    fi
}

# Is a process one of the lab's, in this group? Numbers are reused, so a number in a file proves nothing.
in_cgroup() {
    local group=$1 pid=$2
    [[ -r /proc/$pid/cgroup ]] && grep -q "/$LAB_CGROUP/$group\(/\|\$\)" "/proc/$pid/cgroup" 2>/dev/null
}

lab_processes() {
    local mount
    while read -r mount; do
        # A group may go, with what it had, while this reads.
        find "$mount/$LAB_CGROUP" -name cgroup.procs -exec cat {} + 2>/dev/null || true
    done < <(cgroup_mounts) | sort -un
}

thaw_cgroups() {
    local file
    while read -r file; do
        case $file in
            */freezer.state) echo THAWED >"$file" 2>/dev/null || true ;;
            *) echo 0 >"$file" 2>/dev/null || true ;;
        esac
    done < <(cgroup_mounts | while read -r mount; do
        find "$mount/$LAB_CGROUP" -name freezer.state -o -name cgroup.freeze 2>/dev/null
    done)
}

# Ends every process of the lab, frozen ones too, and removes its groups. New ones may be born meanwhile, so this
# repeats; but not for ever: a process in the kernel's hands cannot be ended by anyone.
remove_cgroups() {
    local deadline=$((SECONDS + 20)) pid mount left ended=()
    while :; do
        left=$(lab_processes)
        [[ -z $left ]] && break
        ((SECONDS < deadline)) || die "$EXIT_FAILED" "these processes of the lab do not end: ${left//$'\n'/ }"
        thaw_cgroups
        for pid in $left; do
            # 0 stands for a process that this pid namespace cannot see.
            ((pid != 0)) || continue
            kill -KILL "$pid" 2>/dev/null || true
            ended+=("$pid")
        done
        sleep 0.05
    done
    # What has ended stays in the table until its parent, by now the host's init, has read its status. That is not
    # the lab's to do, so this does not insist.
    deadline=$((SECONDS + 3))
    for pid in ${ended[@]+"${ended[@]}"}; do
        while [[ -d /proc/$pid ]] && ((SECONDS < deadline)); do
            sleep 0.02
        done
    done
    deadline=$((SECONDS + 20))
    while read -r mount; do
        [[ -d $mount/$LAB_CGROUP ]] || continue
        # The kernel may take a moment to let go of the group of a process that has just ended.
        until find "$mount/$LAB_CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null; do
            [[ -d $mount/$LAB_CGROUP ]] || break
            ((SECONDS < deadline)) || die "$EXIT_FAILED" "cannot remove $mount/$LAB_CGROUP"
            sleep 0.05
        done
    done < <(cgroup_mounts)
}

# in_builder LOG COMMAND...: runs a long step in a group of the lab, so that `down` finds it when this process was
# killed. What it prints goes to the end of the log; redirected inside, since a trap that interrupts a redirected
# function would speak into the log too.
in_builder() {
    local log=$1
    shift
    make_cgroup builder
    (
        exec 9<&-
        join_cgroup builder "$BASHPID"
        "$@" >>"$log" 2>&1
    )
}
