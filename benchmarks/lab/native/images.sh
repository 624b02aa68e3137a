# shellcheck shell=bash
# The container image of the native nodes: made once on a node and then loaded from one archive everywhere, so that its
# id is the same on all nodes; a container can only be restored where the image it was made from is.

readonly IMAGE_ARCHIVE=$LAB_CACHE/image.tar

image_key() {
    cat "$LAB_CACHE/root.packages" "$LAB_HOME"/probe/*.c "$LAB_HOME/container-image.sh" "$LAB_HOME/native/images.sh" \
        | sha256sum
}

# Packs the image's root file system, when the cache has not the image itself.
prepare_image_root() {
    is_cached "$IMAGE_ARCHIVE" "$(image_key)" && return
    rm -f "$LAB_CACHE/image.key" "$IMAGE_ARCHIVE"
    write_container_root "$NODE_ROOT" "$LAB_STATE/image-root.tar"
}

# pack_image WHERE PODMAN...: has podman, called in this way, make the image, and keeps its archive. A no-op when the cache
# has it.
pack_image() {
    local where=$1
    shift
    [[ -e $LAB_STATE/image-root.tar ]] || return 0
    {
        "$@" import --quiet --change "$IMAGE_ENTRYPOINT" - "${IMAGE_TAGS[0]}" <"$LAB_STATE/image-root.tar" \
            && "$@" tag "${IMAGE_TAGS[@]}" \
            && "$@" save --quiet --multi-image-archive "${IMAGE_TAGS[@]}" >"$IMAGE_ARCHIVE.partial"
    } >"$LAB_STATE/image.log" 2>&1 || {
        tail -n 5 "$LAB_STATE/image.log" >&2
        die "$EXIT_FAILED" "podman $where cannot make the image"
    }
    mv "$IMAGE_ARCHIVE.partial" "$IMAGE_ARCHIVE"
    rm "$LAB_STATE/image-root.tar"
    image_key >"$LAB_CACHE/image.key"
}

# Makes the image on a node.
make_image() {
    pack_image "on $1" in_node "$1" podman
}

load_image() {
    local node=$1 archive=$2
    in_node "$node" podman load --quiet <"$archive" >"$LAB_STATE/$node/load.log" 2>&1 || {
        tail -n 5 "$LAB_STATE/$node/load.log" >&2
        die "$EXIT_FAILED" "podman on $node cannot load the image $archive"
    }
}
