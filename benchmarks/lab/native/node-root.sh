# shellcheck shell=bash
# The root file system that all nodes share, read-only, as the lower layer of each node's own. Built once by
# debootstrap, then kept in the cache together with the list of package versions that it was built with.

# Debian 13's CRIU starts on recent kernels, Debian 12's does not. CRIU locks a container's network with iptables.
readonly NODE_SUITE=trixie
readonly NODE_PACKAGES=podman,runc,conmon,criu,netavark,aardvark-dns,iptables,nftables,iproute2,ca-certificates,tini,stress,redis-tools,busybox-static,procps,zlib1g
readonly NODE_MIRROR=${LIVE_MIGRATE_LAB_MIRROR:-http://deb.debian.org/debian}
readonly NODE_ROOT=$LAB_CACHE/root
# Raise it when what build_node_root does changes, so that older caches are rebuilt.
readonly NODE_ROOT_RECIPE=1

# Commands that the lab itself needs, each with the Debian package that brings it.
readonly HOST_COMMANDS=(
    debootstrap:debootstrap ip:iproute2 unshare:util-linux nsenter:util-linux setpriv:util-linux flock:util-linux
    mount:mount gcc:gcc /usr/include/stdio.h:libc6-dev pkill:procps tar:tar
)

node_root_key() {
    printf '%s\n' "$NODE_ROOT_RECIPE $NODE_SUITE $NODE_PACKAGES"
}

# True when the cached root is complete and is what it was when it was built.
node_root_is_good() {
    is_cached "$NODE_ROOT" "$(node_root_key)" \
        && [[ -x $NODE_ROOT/usr/sbin/criu && -x $NODE_ROOT/usr/bin/podman && -x $NODE_ROOT/usr/bin/runc ]] \
        && list_packages "$NODE_ROOT" 2>/dev/null | cmp -s - "$LAB_CACHE/root.packages"
}

list_packages() {
    # shellcheck disable=SC2016 # dpkg-query's own placeholders
    chroot "$1" dpkg-query --show --showformat '${Package} ${Version}\n'
}

prepare_node_root() {
    node_root_is_good && return
    local partial=$LAB_CACHE/root.partial log=$LAB_STATE/debootstrap.log
    # What an interrupted build had downloaded need not be downloaded again; debootstrap checks it.
    mkdir -p "$LAB_CACHE/packages"
    find "$partial/var/cache/apt/archives" -maxdepth 1 -name '*.deb' \
        -exec mv --target-directory="$LAB_CACHE/packages" {} + 2>/dev/null || true
    rm -rf --one-file-system "$LAB_CACHE/root.key" "$NODE_ROOT" "$partial"
    say "building the nodes' root: Debian $NODE_SUITE with podman, runc and CRIU (about a minute, once)"
    # In a mount namespace of its own: what debootstrap mounts cannot outlive it.
    in_builder "$log" unshare --mount --pid --fork --kill-child \
        debootstrap --variant=minbase --cache-dir="$LAB_CACHE/packages" --include="$NODE_PACKAGES" \
        "$NODE_SUITE" "$partial" "$NODE_MIRROR" || {
        tail -n 5 "$log" >&2
        die "$EXIT_PREREQUISITE" "debootstrap failed; is $NODE_MIRROR reachable? LIVE_MIGRATE_LAB_MIRROR names another"
    }
    check_node_root "$partial"
    list_packages "$partial" >"$LAB_CACHE/root.packages"
    rm -rf "$partial/var/cache/apt/archives" "$LAB_CACHE/packages"
    mv "$partial" "$NODE_ROOT"
    node_root_key >"$LAB_CACHE/root.key"
}

# The self-check: do the tools start on this kernel, and does CRIU find in it what it needs?
check_node_root() {
    local root=$1 log=$LAB_STATE/check.log
    # shellcheck disable=SC2016 # expanded by the inner shell
    in_builder "$log" unshare --mount --pid --fork --kill-child bash -euc '
        mount --bind "$1" "$1"
        mount --rbind /dev "$1/dev"
        mount -t proc proc "$1/proc"
        chroot "$1" podman --version
        chroot "$1" runc --version
        chroot "$1" criu --version
        chroot "$1" criu check
    ' check "$root" || {
        tail -n 10 "$log" >&2
        die "$EXIT_PREREQUISITE" "the nodes' tools do not work on this kernel ($(uname -r)); see the lines above"
    }
}
