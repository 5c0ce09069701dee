#!/usr/bin/env bash
# Sets rung up on Debian or Ubuntu and runs it: missing packages are named and installed after
# asking, the release build is brought up to date, and rung gets the arguments.
#
#   ./rung.sh [--yes] ARGUMENTS OF RUNG...
#   ./rung.sh [--yes] test                   the same, then the test suite
#
# RUNG_CMAKE: one more argument for the first configuration, as -DRUNG_WERROR=ON.
set -euo pipefail

build_packages=(gcc libc6-dev cmake ninja-build pkg-config libpcap-dev libglib2.0-dev
                libncurses-dev libjson-glib-dev libarchive-dev libcap-ng-dev libssl-dev zlib1g-dev
                libspandsp-dev libbcg729-dev libopus-dev libspeex-dev libopencore-amrnb-dev
                libopencore-amrwb-dev libsndfile1-dev libsoxr-dev portaudio19-dev
                libsrtp2-dev libcodec2-dev libavcodec-dev)
test_packages=(python3 python3-cryptography python3-websockets tshark tmux sip-tester iproute2 tcpdump procps zstd lz4 xz-utils openssl)
server_packages=(kamailio kamailio-tls-modules kamailio-websocket-modules kamailio-sctp-modules)
sctp_packages=(user-mode-linux kmod) # a kernel with SCTP in a program, where this one has none

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$root/build/release

die() {
    echo "rung.sh: $*" >&2
    exit 1
}

missing_packages() {
    local package
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            echo "$package"
    done
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

# sudo ./rung.sh must not leave files of root in somebody's checkout.
as_owner() {
    if [[ $(id -u) -eq 0 && -n ${SUDO_USER:-} ]]; then
        runuser -u "$SUDO_USER" -- "$@"
    else
        "$@"
    fi
}

confirm_install() {
    local answer
    echo "rung.sh: these packages are missing: $*" >&2
    [[ $yes == true ]] && return
    [[ -t 0 ]] || die "install them with: sudo apt-get install $* (or give --yes)"
    read -r -p "Install them with apt-get? [Y/n] " answer
    [[ $answer =~ ^([Yy].*)?$ ]] || die "nothing was installed"
}

install_packages() {
    local missing
    command -v dpkg-query >/dev/null ||
        die "this is neither Debian nor Ubuntu: see docs/guide.md for what to install"
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} -eq 0 ]] && return
    confirm_install "${missing[@]}"
    [[ $(id -u) -eq 0 ]] || command -v sudo >/dev/null ||
        die "there is no sudo here; as root: apt-get install ${missing[*]}"
    as_root apt-get update -qq >&2
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# The tests run Kamailio themselves: Debian's own service of it, which begins with the installation,
# is not wanted.
install_servers() {
    local missing
    mapfile -t missing < <(missing_packages "${server_packages[@]}")
    install_packages "${server_packages[@]}"
    [[ ${missing[0]:-} == kamailio && -d /run/systemd/system ]] || return 0
    as_root systemctl disable --now --quiet kamailio
}

# Not every distribution has them; the test of SCTP is skipped then.
install_sctp() {
    python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)' 2>/dev/null && return
    [[ -n $(apt-cache search --names-only '^user-mode-linux$') ]] || return 0
    install_packages "${sctp_packages[@]}"
}

# Quiet, unless it fails.
run_logged() {
    local log
    log=$(mktemp)
    if ! as_owner "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "this failed: $*"
    fi
    rm -f "$log"
}

build_target() {
    [[ -e $build/build.ninja ]] || run_logged cmake -S "$root" --preset release ${RUNG_CMAKE:+"$RUNG_CMAKE"}
    [[ -e $build/rung ]] || echo "rung.sh: building, this takes a minute" >&2
    run_logged cmake --build "$build" --target "$1"
}

yes=false
if [[ ${1:-} == --yes ]]; then
    yes=true
    shift
fi

if [[ ${1:-} == test ]]; then
    install_packages "${build_packages[@]}" "${test_packages[@]}"
    install_servers
    install_sctp
    build_target all
    exec ctest --test-dir "$build" --output-on-failure -j "$(nproc)"
fi
install_packages "${build_packages[@]}"
build_target rung
exec "$build/rung" "$@"
