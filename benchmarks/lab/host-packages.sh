# shellcheck shell=bash
# Commands that a lab itself needs on this machine; each kind says which.

# install_host_packages COMMAND:PACKAGE...: installs the packages of those commands that are missing. A command may be a
# path.
install_host_packages() {
    local entry missing=()
    for entry in "$@"; do
        command -v "${entry%%:*}" >/dev/null || [[ -e ${entry%%:*} ]] || missing+=("${entry##*:}")
    done
    ((${#missing[@]} == 0)) && return
    command -v apt-get >/dev/null || die "$EXIT_PREREQUISITE" \
        "missing on this host: ${missing[*]}; install them (apt-get is not here, so the lab cannot)"
    say "installing ${missing[*]}"
    local log=$LAB_STATE/apt.log
    # An unrelated source that is down must not stop this: what counts is whether the packages install.
    in_builder "$log" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 update -qq || true
    in_builder "$log" env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "${missing[@]}" || {
        tail -n 5 "$log" >&2
        die "$EXIT_PREREQUISITE" "cannot install ${missing[*]}; install them by hand and try again"
    }
}
