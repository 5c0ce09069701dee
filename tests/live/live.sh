# shellcheck shell=sh disable=SC2034
# What the live tests share; sourced, with RUNG in the environment. Makes two network namespaces and
# a veth, or uses loopback where that is not allowed:
#   $device $caller $callee   where to capture, and the addresses of the two ends
#   in_a in_b COMMAND...      runs it at the caller's, at the callee's end
#   $work                     a directory that is removed at the end; $failed is the result

here=$(cd "$(dirname "$0")" && pwd)
rung=${RUNG:-}
id=rung$$
work=$(mktemp -d "${TMPDIR:-/tmp}/rung-live.XXXXXX")
failed=0

say() { echo "live: $*"; }
skip() { say "skipped: $*"; exit 77; }
fail() { say "FAILED: $*"; failed=1; }

children=
cleanup() {
    for child in $children; do
        kill "$child" 2>/dev/null
    done
    if command -v tmux >/dev/null; then
        tmux -L "$id" kill-server 2>/dev/null
    fi
    if [ -n "$namespaces" ]; then
        ip netns del "${id}a" 2>/dev/null
        ip netns del "${id}b" 2>/dev/null
    fi
    rm -rf "$work"
}
namespaces=
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

# ---------------------------------------------------------------- the network
make_namespaces() {
    command -v ip >/dev/null && [ "$(id -u)" = 0 ] || return 1
    ip netns add "${id}a" 2>/dev/null || return 1
    namespaces=yes
    ip netns add "${id}b" 2>/dev/null &&
        ip link add veth0 netns "${id}a" type veth peer name veth0 netns "${id}b" &&
        ip -n "${id}a" address add 10.99.0.1/24 dev veth0 &&
        ip -n "${id}b" address add 10.99.0.2/24 dev veth0 &&
        ip -n "${id}a" link set lo up && ip -n "${id}b" link set lo up &&
        ip -n "${id}a" link set veth0 up && ip -n "${id}b" link set veth0 up
}

in_a() { if [ "$device" = veth0 ]; then exec ip netns exec "${id}a" "$@"; else exec "$@"; fi; }
in_b() { if [ "$device" = veth0 ]; then exec ip netns exec "${id}b" "$@"; else exec "$@"; fi; }

[ -x "$rung" ] || skip "RUNG does not name a program"
device=veth0 caller=10.99.0.1 callee=10.99.0.2
if ! make_namespaces; then
    device=lo caller=127.0.0.2 callee=127.0.0.3
    say "no network namespaces: over loopback"
fi
say "on $device"

# ---------------------------------------------------------------- tools
wait_for() { # SECONDS COMMAND...: until it succeeds
    tries=$(($1 * 10))
    shift
    while ! "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
}

capturing() { [ "$(in_a_quiet cat /proc/net/packet | wc -l)" -gt "$1" ]; }
in_a_quiet() (in_a "$@" 2>/dev/null)
sockets() { in_a_quiet cat /proc/net/packet | wc -l; }

stop() { # PID SIGNAL: and its exit status
    kill "-$2" "$1"
    wait "$1"
}

packets_in() { # FILE: counted by somebody else where there is somebody
    if command -v capinfos >/dev/null; then
        capinfos -c -M -T -r "$1" 2>/dev/null | cut -f2
    elif command -v tcpdump >/dev/null; then
        tcpdump -n -r "$1" 2>/dev/null | wc -l
    else
        "$rung" -q -T json -z capture -r "$1" | packets_of
    fi
}
packets_of() { python3 -c 'import json, sys; print(json.load(sys.stdin)["capture"]["packets"])'; }

# ---------------------------------------------------------------- the screen
screen() { tmux -L "$id" capture-pane -p -t live 2>/dev/null; }
shows() { screen | grep -q "$1"; }
start_screen() {
    command="$rung -i $device -f udp"
    if [ "$device" = veth0 ]; then
        command="ip netns exec ${id}a $command"
    fi
    LC_ALL=C.UTF-8 TERM=screen-256color tmux -L "$id" -f /dev/null new-session -d -s live -x 160 \
        -y 40 "env XDG_CONFIG_HOME=$work LC_ALL=C.UTF-8 $command"
}
