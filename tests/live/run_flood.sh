#!/bin/sh
# With a help page and then a dialog left open on the screen, 30,000 and 10,000 messages arrive live,
# and while more come the list is sorted again and again: none is missed. Skipped (77) without tmux
# or without the right to capture.
set -u

# shellcheck source=tests/live/live.sh
. "$(dirname "$0")/live.sh"
command -v tmux >/dev/null || skip "tmux is not installed"

flood() (in_a python3 "$here/flood.py" "$caller" "$callee" "$1" "$2" 6000) # FIRST COUNT
keys() { tmux -L "$id" send-keys -t live "$@"; }
counted() { # CALLS: and nothing dropped
    wait_for 20 shows "$1/$1" || fail "the list does not show $1 calls:"
    shows 'no drops' || fail "packets were dropped:"
}

before=$(sockets)
start_screen || fail "tmux does not start"
if ! wait_for 10 capturing "$before"; then
    shows 'ermission' && skip "$(screen | head -1)"
    fail "rung does not capture: $(screen)"
    exit 1
fi

keys '?'
wait_for 5 shows 'leave rung' || fail "no help page after ?: $(screen | head -3)"
flood 0 30000
shows 'leave rung' || fail "the help page did not stay open"
keys Escape
counted 30000

keys F10
sleep 0.5
flood 30000 10000
keys Escape
counted 40000

flood 40000 10000 &
sender=$!
children="$children $sender"
while kill -0 "$sender" 2>/dev/null; do
    keys z
    sleep 0.1
done
counted 50000

[ "$failed" = 0 ] && say "all right"
[ "$failed" = 0 ] || screen
exit "$failed"
