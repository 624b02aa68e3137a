# shellcheck shell=bash
# The disk that all guests start from, with its kernel: Debian 13 as a cloud image has it (systemd, cloud-init, sshd, the
# cloud kernel), the packages that deploy/host/setup wants, and the container image. Built once, kept in the cache, and
# checked by its checksums at every `up`.

readonly VM_CACHE=$LAB_CACHE/vm
readonly VM_SUITE=trixie
readonly VM_MIRROR=${LIVE_MIGRATE_LAB_MIRROR:-http://deb.debian.org/debian}
# What a cloud image brings (python3-cffi-backend: debootstrap does not see it behind a virtual package), the server of
# the storage guest, and what the container image is made of.
readonly VM_PLATFORM=systemd,systemd-sysv,dbus,udev,kmod,linux-image-cloud-amd64,openssh-server,cloud-init,python3-cffi-backend,iproute2,netbase,procps,zlib1g,nfs-kernel-server,stress,redis-tools,busybox-static
# The size of a t2.micro's root disk; what is not used takes no space.
readonly VM_DISK_SIZE=8G
readonly VM_FILES=(base.qcow2 kernel initrd)

readonly VM_HOST_COMMANDS=(
    debootstrap:debootstrap ip:iproute2 unshare:util-linux nsenter:util-linux setpriv:util-linux flock:util-linux
    mount:mount gcc:gcc /usr/include/stdio.h:libc6-dev tar:tar qemu-system-x86_64:qemu-system-x86 qemu-img:qemu-utils
    mkfs.ext4:e2fsprogs mkfs.vfat:dosfstools mcopy:mtools ssh:openssh-client curl:curl
)

host_packages() {
    sed '/^#/d; /^$/d' "$HOST_KIT/packages" | paste -sd, -
}

vm_image_key() {
    {
        printf '%s\n' "$VM_SUITE $VM_PLATFORM $VM_DISK_SIZE $(host_packages)"
        cat "$LAB_HOME/vm/image.sh" "$LAB_HOME/vm/lab-run" "$LAB_HOME/vm/lab-store" "$LAB_HOME"/probe/*.c \
            "$LAB_HOME/container-image.sh"
    } | sha256sum | cut -d' ' -f1
}

vm_image_is_good() {
    [[ -r $VM_CACHE/key && $(<"$VM_CACHE/key") == "$(vm_image_key)" ]] \
        && (cd "$VM_CACHE" && sha256sum --quiet --check checksums) >/dev/null 2>&1
}

prepare_vm_image() {
    vm_image_is_good && return
    local partial=$VM_CACHE/partial log=$LAB_STATE/image.log root=$VM_CACHE/partial/root
    rm -rf --one-file-system "$VM_CACHE/key" "$partial"
    # What an interrupted build had downloaded need not be downloaded again; debootstrap checks it.
    mkdir -p "$VM_CACHE/packages" "$partial"
    say "building the guests' disk: Debian $VM_SUITE with kernel, podman, runc, CRIU, Java (some minutes, once)"
    # Nothing need be on the disk before all is: what an interruption leaves is made again.
    mkdir -p "$root/etc/dpkg/dpkg.cfg.d"
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/lab"
    # In a mount namespace of its own: what debootstrap mounts cannot outlive it.
    in_builder "$log" unshare --mount --pid --fork --kill-child \
        debootstrap --variant=minbase --cache-dir="$VM_CACHE/packages" --include="$VM_PLATFORM,$(host_packages)" \
        "$VM_SUITE" "$root" "$VM_MIRROR" || image_failed "$log" \
        "debootstrap failed; is $VM_MIRROR reachable? LIVE_MIGRATE_LAB_MIRROR names another"
    make_keys "$partial/ssh" "$root"
    configure_guest "$root" "$partial/ssh"
    write_container_root "$root" "$LAB_STATE/image-root.tar"
    in_builder "$log" unshare --mount --pid --fork --kill-child bash "$LAB_HOME/vm/seed-image" "$root" \
        "$LAB_STATE/image-root.tar" "$IMAGE_ENTRYPOINT" "${IMAGE_TAGS[@]}" \
        || image_failed "$log" "podman cannot make the container image in the guests' root"
    rm "$LAB_STATE/image-root.tar"
    cp -L "$root"/boot/vmlinuz-* "$partial/kernel"
    cp -L "$root"/boot/initrd.img-* "$partial/initrd"
    rm -rf "$root/etc/dpkg/dpkg.cfg.d/lab" "$root"/var/cache/apt/archives/*.deb "$root"/boot/vmlinuz-* "$root"/boot/initrd.img-*
    in_builder "$log" mkfs.ext4 -q -L root -d "$root" "$partial/disk" "$VM_DISK_SIZE" \
        && in_builder "$log" qemu-img convert -f raw -O qcow2 "$partial/disk" "$partial/base.qcow2" \
        || image_failed "$log" "cannot make the disk; is there room in $VM_CACHE?"
    # shellcheck disable=SC2016 # dpkg-query's own placeholders
    chroot "$root" dpkg-query --show --showformat '${Package} ${Version}\n' >"$partial/package-versions"
    rm -rf --one-file-system "$root" "$partial/disk" "$VM_CACHE/packages"
    (cd "$partial" && sha256sum "${VM_FILES[@]}" >checksums)
    rm -rf "$VM_CACHE/ssh"
    mv "$partial"/* "$VM_CACHE/"
    rmdir "$partial"
    vm_image_key >"$VM_CACHE/key"
}

image_failed() {
    tail -n 8 "$1" >&2
    die "$EXIT_PREREQUISITE" "$2"
}

# The lab's own key, and what the guests answer with: every connection is checked on both sides.
make_keys() {
    local ssh=$1 root=$2
    mkdir -m 0700 "$ssh"
    ssh-keygen -q -t ed25519 -N '' -C lab -f "$ssh/key"
    rm -f "$root"/etc/ssh/ssh_host_*
    ssh-keygen -q -t ed25519 -N '' -C lab-guest -f "$root/etc/ssh/ssh_host_ed25519_key"
    echo "lab-guest $(cut -d' ' -f1,2 "$root/etc/ssh/ssh_host_ed25519_key.pub")" >"$ssh/known-hosts"
}

# What makes Debian a guest of this lab; nothing here that deploy/host/setup is to do.
configure_guest() {
    local root=$1 ssh=$2 unit node
    echo '/dev/vda / ext4 defaults,noatime 0 1' >"$root/etc/fstab"
    : >"$root/etc/machine-id"
    echo '# No name service is reachable from a guest.' >"$root/etc/resolv.conf"
    {
        echo '127.0.0.1 localhost'
        printf '%s hub\n%s storage\n' "$HUB_ADDRESS" "$STORAGE_ADDRESS"
        for node in node{1..20}; do
            echo "$(node_address "$node") $node"
        done
    } >"$root/etc/hosts"

    install -d -m 0700 "$root/root/.ssh"
    install -m 0600 "$ssh/key.pub" "$root/root/.ssh/authorized_keys"
    # Every connection costs an emulated processor; what a lone root does not need is left out.
    cat >"$root/etc/ssh/sshd_config.d/lab.conf" <<'CONF'
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
PrintMotd no
CONF
    install -m 0755 "$LAB_HOME/vm/lab-run" "$LAB_HOME/vm/lab-store" "$root/usr/local/sbin/"

    cat >"$root/etc/cloud/cloud.cfg.d/99-lab.cfg" <<'CONF'
# The address comes from the kernel's command line, the keys from the image.
datasource_list: [NoCloud]
network: {config: disabled}
disable_root: false
ssh_deletekeys: false
cloud_init_modules: [write_files, set_hostname]
cloud_config_modules: [runcmd]
cloud_final_modules: [scripts_user, final_message]
CONF

    install -d -m 0700 "$root/srv/store"
    # As EFS has it: what clients mount is /, root is root, and clients use any port (their option noresvport).
    echo "/srv/store $NODE_NETWORK.0/24(rw,sync,insecure,fsid=0,no_root_squash,no_subtree_check)" >"$root/etc/exports"
    # Nobody is to be waited for after a start.
    cat >"$root/etc/nfs.conf.d/lab.conf" <<'CONF'
[nfsd]
vers3=n
grace-time=10
lease-time=10
CONF

    chroot "$root" systemctl enable --quiet systemd-networkd systemd-network-generator 2>>"$LAB_STATE/image.log"
    # It asks for a device that is not here, and complains at every reload.
    mkdir -p "$root/etc/systemd/system-generators"
    ln -sf /dev/null "$root/etc/systemd/system-generators/systemd-ssh-generator"
    # A getty would write between the lines of the serial console.
    for unit in serial-getty@ttyS0.service getty@tty1.service rpcbind.service rpcbind.socket rpc-statd.service \
        apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
        podman-restart.service podman-auto-update.timer podman-auto-update.service cloud-init-hotplugd.socket; do
        ln -sf /dev/null "$root/etc/systemd/system/$unit"
    done
}
