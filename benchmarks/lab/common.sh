# shellcheck shell=bash
# What every kind of lab shares: exit statuses, messages, where things live, one command at a time.

readonly EXIT_FAILED=1 EXIT_BAD_INPUT=2 EXIT_PREREQUISITE=3
readonly LAB_DIR=${LIVE_MIGRATE_LAB_DIR:-/var/lib/live-migrate-lab}
readonly LAB_STATE=$LAB_DIR/state
readonly LAB_CACHE=$LAB_DIR/cache
# Used by the files that source this one.
export EXIT_FAILED LAB_CACHE LAB_STATE

say() {
    printf 'lab: %s\n' "$*" >&2
}

die() {
    local status=$1
    shift
    say "$*"
    exit "$status"
}

require_root() {
    [[ $(uname -s) == Linux ]] || die "$EXIT_PREREQUISITE" "the lab needs Linux; this is $(uname -s)"
    ((EUID == 0)) || die "$EXIT_PREREQUISITE" "the lab needs root for namespaces, cgroups and CRIU; run it as root"
    [[ $LAB_DIR == /*/* && $LAB_DIR != *[[:space:]:,]* ]] || die "$EXIT_BAD_INPUT" \
        "LIVE_MIGRATE_LAB_DIR must be an absolute path below a directory, without spaces, colons or commas: '$LAB_DIR'"
}

# Holds the lab for this process, or refuses. The lock is on the directory itself, so no lock file is left. The
# kernel takes it off when this process ends, however it ends, provided that no child inherited descriptor 9.
take_lock() {
    mkdir -p "$LAB_DIR"
    exec 9<"$LAB_DIR"
    flock --nonblock 9 || die "$EXIT_FAILED" \
        "another lab command is changing $LAB_DIR; wait until it has ended, or end it"
}

without_lock() {
    "$@" 9<&-
}

# is_cached THING KEY: whether the cache has that archive or root, made of what this key stands for. What it was made of
# stands beside it, in image.key for image.tar.
is_cached() {
    local thing=$1 key=$2 made_of=${1%.tar}.key
    [[ -r $thing && -r $made_of && $(<"$made_of") == "$key" ]]
}

# is_between VALUE LEAST MOST: a whole number in plain decimal, within both.
is_between() {
    [[ $1 =~ ^(0|[1-9][0-9]{0,8})$ ]] && (($1 >= $2 && $1 <= $3))
}

# parse_capacities LIST COUNT MOST: sets `capacities`, one for each node.
parse_capacities() {
    local list=$1 count=$2 most=$3 capacity i
    IFS=, read -r -a capacities <<<"$list"
    ((${#capacities[@]} == 1)) && for ((i = 1; i < count; i++)); do capacities+=("${capacities[0]}"); done
    ((${#capacities[@]} == count)) || die "$EXIT_BAD_INPUT" \
        "--millicores names ${#capacities[@]} capacities for $count nodes: '$list'; see lab --help"
    for capacity in "${capacities[@]}"; do
        is_between "$capacity" 50 "$most" || die "$EXIT_BAD_INPUT" \
            "--millicores must be 50 to $most here, not '$capacity'; see lab --help"
    done
}
