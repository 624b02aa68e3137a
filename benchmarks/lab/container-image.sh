# shellcheck shell=bash
# What is in the container image that every node has: stress, the ticker, busybox, and Redis with its client where
# the Debian root has it. One image under two tags.

readonly IMAGE_TAGS=(localhost/stress:latest localhost/ticker:latest)
readonly IMAGE_ENTRYPOINT='ENTRYPOINT ["/usr/bin/ticker"]'
readonly IMAGE_APPLETS=(sh cat ls sleep ps kill head tail wc cp rm env echo date true false dd nc wget)

# compile_probe SOURCE PROGRAM OPTION...: makes a program, or a library, of what is in probe/.
compile_probe() {
    local source=$LAB_HOME/probe/$1 program=$2
    shift 2
    gcc -O2 -Wall "$@" -o "$program" "$source" || die "$EXIT_FAILED" "cannot compile $source; see above"
}

# write_container_root DEBIAN_ROOT TAR: packs the image's root file system, made of the programs of a Debian root that
# has stress and busybox-static. Needs no node and no podman.
write_container_root() {
    local debian=$1 tar=$2 root=$LAB_STATE/image library applet
    say "building the container image (stress, ticker, busybox)"
    rm -rf --one-file-system "$root"
    mkdir -p "$root"/{bin,dev,etc,lib64,proc,root,run,sys,tmp,usr/bin,var}
    chmod 1777 "$root/tmp"
    echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
    echo 'root:x:0:' >"$root/etc/group"
    compile_probe ticker.c "$root/usr/bin/ticker" -std=c11 -static
    cp "$debian/usr/bin/stress" "$root/usr/bin/stress"
    cp "$debian/usr/bin/busybox" "$root/bin/busybox"
    local programs=(/usr/bin/stress)
    # from redis-tools: one program by several names, and the server's own package would bring a service along
    if [[ -x $debian/usr/bin/redis-check-rdb ]]; then
        programs+=(/usr/bin/redis-check-rdb)
        cp "$debian/usr/bin/redis-check-rdb" "$root/usr/bin/redis-server"
        compile_probe redis-load.c "$root/usr/bin/redis-load" -std=gnu11 -static
    fi
    for applet in "${IMAGE_APPLETS[@]}"; do
        ln -s busybox "$root/bin/$applet"
    done
    while read -r library; do
        mkdir -p "$root$(dirname "$library")"
        cp -L "$debian$library" "$root$library"
    done < <(chroot "$debian" ldd "${programs[@]}" | grep -v ':$' | grep -o '/[^ ]*')
    tar --create --file "$tar" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --directory "$root" .
    rm -rf --one-file-system "$root"
}
