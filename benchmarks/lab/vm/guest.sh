# shellcheck shell=bash
# One guest: its disk, its QEMU, and how commands reach it.
#
# State of node1 in $LAB_STATE/node1: init-pid, which is its QEMU's; millicores; disk.qcow2, what differs from the image; seed, what
# cloud-init reads; console.log; qemu.log.

readonly STORAGE_ADDRESS=$NODE_NETWORK.2
readonly GUEST_STORE=/var/lib/live-migrate/store
# A podman network on the nodes' own segment, so that a container keeps its address, and its connections, wherever it goes.
readonly APPS_NETWORK=apps
# In it, of no guest: nodes end at 10.77.0.30.
readonly APPS_ADDRESS=$NODE_NETWORK.60

guest_address() {
    if [[ $1 == storage ]]; then echo "$STORAGE_ADDRESS"; else node_address "$1"; fi
}

# kvm or tcg. That /dev/kvm opens proves nothing: without the processor's own support, a guest dies under it at once.
accelerator() {
    if [[ -r /dev/kvm && -w /dev/kvm ]] && grep -qwE 'svm|vmx' /proc/cpuinfo; then echo kvm; else echo tcg; fi
}

# One virtual CPU and the given memory: a t2.micro. Under TCG a guest with cx16 panics after a minute.
launch_guest() {
    local name=$1 memory_mib=$2 accelerator=$3 masks=$4 home=$LAB_STATE/$1 machine mac
    local kernel_options="quiet panic=-1 net.ifnames=0 systemd.show_status=no"
    case $accelerator in
        kvm) machine=(-accel kvm -cpu host) ;;
        tcg)
            machine=(-accel "tcg,thread=multi" -cpu "max,-cx16")
            # On a busy machine an emulated timer fails the kernel's check of it. An emulated processor has nothing to
            # guess, and pays dearly for each detour around a branch.
            kernel_options+=" no_timer_check mitigations=off"
            ;;
    esac
    mac=52:54:00:4d:00:$(printf '%02x' "$(guest_address "$name" | cut -d. -f4)")
    mkdir -p "$home"
    qemu-img create -q -f qcow2 -F qcow2 -b "$VM_CACHE/base.qcow2" "$home/disk.qcow2"
    # The guest's network comes on its kernel's command line, as systemd-network-generator reads it.
    local line="root=/dev/vda rw console=ttyS0 $kernel_options"
    line+=" systemd.hostname=$name ip=$(guest_address "$name")::$HUB_ADDRESS:255.255.255.0::eth0:off $masks"
    # No flush reaches this machine's disk: the guest's ends with the lab, and what else this machine writes is not to be
    # measured.
    local drives=(-drive "file=$home/disk.qcow2,if=virtio,format=qcow2,discard=unmap,cache=unsafe")
    [[ ! -e $home/seed ]] || drives+=(-drive "file=$home/seed,if=virtio,format=raw,readonly=on")

    make_cgroup "$name"
    in_hub ip tuntap add "$name" mode tap
    in_hub ip link set "$name" master "$HUB_BRIDGE" up
    local hub_pid
    hub_pid=$(holder_pid hub)
    (
        exec 9<&-
        join_cgroup "$name" "$BASHPID"
        exec setsid nsenter --target "$hub_pid" --net -- qemu-system-x86_64 -name "$name" -nodefaults -no-user-config \
            -machine pc "${machine[@]}" -smp 1 -m "$memory_mib" -display none -no-reboot -rtc base=utc \
            -kernel "$VM_CACHE/kernel" -initrd "$VM_CACHE/initrd" -append "$line" "${drives[@]}" \
            -netdev "tap,id=net,ifname=$name,script=no,downscript=no" \
            -device "virtio-net-pci,netdev=net,mac=$mac,romfile=" -device virtio-rng-pci \
            -serial "file:$home/console.log" </dev/null >"$home/qemu.log" 2>&1
    ) &
    # So that its end is no news for this shell.
    disown
    await_member "$name" "$!"
    echo "$!" >"$home/init-pid"
}

# Waits until a process that was just started has joined its group, or has ended.
await_member() {
    until in_cgroup "$1" "$2" || [[ ! -d /proc/$2 ]]; do
        sleep 0.05
    done
}

# What cloud-init finds as its data source: the same user-data that an EC2 instance gets.
write_seed() {
    local name=$1 millicores=$2 home=$LAB_STATE/$1
    mkdir -p "$home"
    echo "$millicores" >"$home/millicores"
    "$HOST_KIT/user-data" --store "$STORAGE_ADDRESS:/" --controller "http://$HUB_ADDRESS:7070" --host-id "$name" \
        --capacity-millicores "$millicores" >"$home/user-data"
    printf 'instance-id: %s\nlocal-hostname: %s\n' "lab-$name-$(date +%s)" "$name" >"$home/meta-data"
    mkfs.vfat -C -n CIDATA "$home/seed" 1024 >/dev/null
    mcopy -i "$home/seed" "$home/user-data" "$home/meta-data" ::
}

SSH=(ssh -F /dev/null -i "$VM_CACHE/ssh/key" -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes
    -o "UserKnownHostsFile=$VM_CACHE/ssh/known-hosts" -o HostKeyAlias=lab-guest -o ConnectTimeout=30
    -o ServerAliveInterval=30 -o ServerAliveCountMax=10 -o LogLevel=ERROR -o KexAlgorithms=curve25519-sha256)

# Runs a command in a guest and gives its exit status. ssh's own failures have the status 255, and so may a command's: a
# second connection tells them apart.
in_guest() {
    local name=$1 status=0 terminal=() remote
    shift
    holder_pid "$name" >/dev/null || die "$EXIT_PREREQUISITE" "$name is not up; lab status says what is"
    [[ ! -t 0 || ! -t 1 ]] || terminal=(-t)
    remote=$(printf '%q ' lab-run "$@")
    in_hub setpriv --pdeathsig TERM -- "${SSH[@]}" ${terminal[@]+"${terminal[@]}"} \
        "root@$(guest_address "$name")" "exec $remote" || status=$?
    if ((status == 255)) && ! guest_answers "$name"; then
        die "$EXIT_PREREQUISITE" "$name does not answer; its console: $LAB_STATE/$name/console.log"
    fi
    return "$status"
}

make_apps_network() {
    # Where no agent is waited for, a node may still be booting.
    await_guest "$1"
    in_guest "$1" podman network create --driver macvlan --opt parent=eth0 --subnet "$NODE_NETWORK.0/24" \
        --gateway "$HUB_ADDRESS" "$APPS_NETWORK" </dev/null >/dev/null
}

guest_answers() {
    in_hub "${SSH[@]}" -n "root@$(guest_address "$1")" true 2>/dev/null
}

# Waits for a guest's sshd, for as long as its QEMU lives.
await_guest() {
    local name=$1 deadline=$((SECONDS + BOOT_PATIENCE_S))
    until guest_answers "$name"; do
        require_guest "$name"
        ((SECONDS < deadline)) || guest_failed "$name" "does not answer after $BOOT_PATIENCE_S s"
        sleep 1
    done
}

require_guest() {
    local pid
    # One that has ended and that nobody has waited for has no command line any more.
    pid=$(holder_pid "$1") && [[ $(tr -d '\0' <"/proc/$pid/cmdline") ]] || guest_failed "$1" "has ended"
}

guest_failed() {
    tail -n 8 "$LAB_STATE/$1/console.log" "$LAB_STATE/$1/qemu.log" >&2 2>/dev/null || true
    die "$EXIT_FAILED" "$1 $2; its console and its QEMU said the above"
}
