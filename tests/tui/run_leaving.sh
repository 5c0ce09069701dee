#!/usr/bin/env bash
# However rung is left, the terminal is as it was before; and it follows its window's size.
set -eu
# shellcheck source=tests/tui/tmux.sh
. "$RUNG_SOURCE/tests/tui/tmux.sh"

office=tests/captures/office.pcap

start() {
    screen_start 80 24 -r $office
    screen_wait 'read .* packets'
}

# Off the alternate screen, and the cursor is seen.
is_restored() {
    screen_wait "rung ended: $1"
    [ "$(screen display-message -t rung -p '#{alternate_on} #{cursor_flag}')" = "0 1" ] ||
        screen_fail "the terminal was left in another state"
    echo "ok $2"
}

rung_pid() {
    pgrep -P "$(screen display-message -t rung -p '#{pane_pid}')" -f "$(basename "$RUNG")"
}

start; screen_keys Q; is_restored 0 "Q"
start; screen_keys q; screen_wait 'Leave rung'; screen_keys Enter; is_restored 0 "q"
start; screen_keys C-c; is_restored 0 "^C"
for signal in TERM HUP INT; do
    start
    kill -$signal "$(rung_pid)"
    is_restored 0 "SIG$signal"
done
start; screen_keys '?'; screen_wait 'keys of Calls'; screen_keys C-c; is_restored 0 "^C in the help"

start
screen resize-window -t rung -x 120 -y 30
screen_wait 'Method.*Codec'
screen resize-window -t rung -x 30 -y 5
screen_wait 'too small'
screen resize-window -t rung -x 80 -y 24
screen_is calls-80x24
