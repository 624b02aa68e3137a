# shellcheck shell=bash
# The container image that every node has: stress, the ticker and busybox. One image under two tags, made once on a
# node and then loaded from one archive everywhere, so that its id is the same on all nodes; a container can only
# be restored where the image it was made from is.

readonly IMAGE_TAGS=(localhost/stress:latest localhost/ticker:latest)
readonly IMAGE_ARCHIVE=$LAB_CACHE/image.tar
readonly IMAGE_APPLETS=(sh cat ls sleep ps kill head tail wc cp rm env echo date true false dd nc wget)

image_key() {
    cat "$LAB_CACHE/root.packages" "$LAB_HOME/probe/ticker.c" "$LAB_HOME/native/images.sh" | sha256sum
}

# Lays out the image's root file system and packs it. Needs no node yet.
prepare_image_root() {
    [[ -r $IMAGE_ARCHIVE && -r $LAB_CACHE/image.key && $(<"$LAB_CACHE/image.key") == "$(image_key)" ]] && return
    say "building the container image (stress, ticker, busybox)"
    rm -rf --one-file-system "$LAB_CACHE/image.key" "$IMAGE_ARCHIVE" "$LAB_STATE/image"
    local root=$LAB_STATE/image library applet
    mkdir -p "$root"/{bin,dev,etc,lib64,proc,root,run,sys,tmp,usr/bin,var}
    chmod 1777 "$root/tmp"
    echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
    echo 'root:x:0:' >"$root/etc/group"
    gcc -std=c11 -O2 -Wall -static -o "$root/usr/bin/ticker" "$LAB_HOME/probe/ticker.c" \
        || die "$EXIT_FAILED" "cannot compile $LAB_HOME/probe/ticker.c; see above"
    cp "$NODE_ROOT/usr/bin/stress" "$root/usr/bin/stress"
    cp "$NODE_ROOT/usr/bin/busybox" "$root/bin/busybox"
    for applet in "${IMAGE_APPLETS[@]}"; do
        ln -s busybox "$root/bin/$applet"
    done
    while read -r library; do
        mkdir -p "$root$(dirname "$library")"
        cp -L "$NODE_ROOT$library" "$root$library"
    done < <(chroot "$NODE_ROOT" ldd /usr/bin/stress | grep -o '/[^ ]*')
    tar --create --file "$LAB_STATE/image-root.tar" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
        --directory "$root" .
    rm -rf --one-file-system "$root"
}

# Gives the first node the image and keeps its archive. A no-op when the cache has it.
make_image() {
    local node=$1
    [[ -e $LAB_STATE/image-root.tar ]] || return 0
    local entry='ENTRYPOINT ["/usr/bin/ticker"]'
    {
        in_node "$node" podman import --quiet --change "$entry" - "${IMAGE_TAGS[0]}" <"$LAB_STATE/image-root.tar" \
            && in_node "$node" podman tag "${IMAGE_TAGS[@]}" \
            && in_node "$node" podman save --quiet --multi-image-archive "${IMAGE_TAGS[@]}" \
                >"$IMAGE_ARCHIVE.partial"
    } >"$LAB_STATE/image.log" 2>&1 || {
        tail -n 5 "$LAB_STATE/image.log" >&2
        die "$EXIT_FAILED" "podman on $node cannot make the image"
    }
    mv "$IMAGE_ARCHIVE.partial" "$IMAGE_ARCHIVE"
    rm "$LAB_STATE/image-root.tar"
    image_key >"$LAB_CACHE/image.key"
}

load_image() {
    local node=$1
    in_node "$node" podman load --quiet <"$IMAGE_ARCHIVE" >"$LAB_STATE/$node/load.log" 2>&1 || {
        tail -n 5 "$LAB_STATE/$node/load.log" >&2
        die "$EXIT_FAILED" "podman on $node cannot load the image"
    }
}
