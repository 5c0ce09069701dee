#!/usr/bin/env bash
# Click, double click, wheel, and a click on the head of a column.
set -eu
# shellcheck source=tests/tui/tmux.sh
. "$RUNG_SOURCE/tests/tui/tmux.sh"

# mouse BUTTON ROW: X10 encoding, column 9; BUTTON 20 left, 60 wheel up, 61 wheel down
mouse() {
    screen_keys -H 1b 5b 4d "$1" 2a "$(printf %02x $((0x20 + $2)))"
}

click() {
    mouse 20 "$1"
    mouse 23 "$1"
}

screen_start 80 14 -r tests/captures/office.pcap
screen_wait '1/14'
click 6
screen_wait '4/14'
mouse 61 6
mouse 61 6
screen_wait '^ +14 02:06:15'
mouse 60 6
mouse 60 6
screen_wait '^ +1 02:02:43'
click 2
screen_wait 'Time▲|#▲'
click 7
click 7
screen_wait 'Ladder'
echo "ok mouse"
