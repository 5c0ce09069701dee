#!/usr/bin/env bash
# The screen of one stream: every page small and large, graphs read off and zoomed, packets sorted,
# searched and written.
set -eu
# shellcheck source=tests/tui/tmux.sh
. "$RUNG_SOURCE/tests/tui/tmux.sh"

for size in 80x24 200x50; do
    screen_start "${size%x*}" "${size#*x}" -r tests/captures/office.pcap
    screen_wait '1/14'
    screen_keys M
    screen_wait '1/2'
    screen_keys Enter
    screen_is stream-overview-$size
    screen_keys 2
    screen_is stream-graphs-$size
    screen_keys Tab
    screen_is stream-spread-$size
    screen_keys Tab
    screen_is stream-rtcp-$size
    screen_keys Tab
    screen_is stream-packets-$size
    screen_keys x
    screen_wait 'stream 2'
    screen_wait 'from the caller'
    screen_keys L
    screen_wait 'Ladder'
done

# a stream that lost packets, got copies and was late
rough='--calls 1 --duration 30 --jitter 9 --loss 0.01 --burst-loss 0.004,0.2,0.8 --dup 0.01'
# shellcheck disable=SC2086 # they are words
python3 "$RUNG_SOURCE/tests/support/siprtp_gen.py" $rough --reorder 0.01 --seed 5 --quiet \
    --out "$work/rough.pcap" --truth "$work/rough.json"
screen_folder=$work
screen_start 80 24 -r rough.pcap
screen_wait '1/1'
screen_keys M
screen_wait '1/2'
screen_keys Enter
screen_is stream-rough
screen_keys w
screen_is stream-worst
screen_keys + + + 5
screen_wait '/1470'
screen_keys 2 w + + Right Right Right
screen_is stream-zoomed
screen_keys Down Enter 0
screen_is stream-loss
screen_keys p e
screen_is stream-problem
screen_keys f
screen_is stream-problems
screen_keys / reordered Enter
screen_is stream-search
screen_keys / C-u Enter f
screen_wait '/1470'
screen_keys '<' j j j j Enter z
screen_is stream-by-delta
screen_keys '<' g Enter
screen_keys y C-u "$work/packets.csv" Enter
screen_wait 'packets written to'
"$RUNG" -q -r "$work/rough.pcap" -z packets -T csv | awk -F, 'NR == 1 || $2 == 1' >"$work/expected"
cmp "$work/expected" "$work/packets.csv" || screen_fail 'the CSV of the screen is that of -z packets'
echo "ok CSV"

# the mouse: a tab, the wheel over the graphs; X10 encoding
screen_keys -H 1b 5b 4d 20 32 22
screen_keys -H 1b 5b 4d 23 32 22
screen_wait 'for 227'
screen_keys -H 1b 5b 4d 60 40 2a
screen_wait 'for 113'
screen_keys -H 1b 5b 4d 61 40 2a
screen_wait 'for 227'
echo "ok mouse"

# another size while it is looked at
screen resize-window -t rung -x 60 -y 16
screen_keys 2
screen_is stream-narrow
screen resize-window -t rung -x 180 -y 40
screen_keys 1
screen_is stream-wide

# what phones say of a stream in RTCP (words, losses one by one) and in SIP (RFC 6035)
screen_folder=$RUNG_SOURCE
screen_start 100 70 -r tests/golden/media-rtcp-extended/in.pcap
screen_wait 'no drops'
screen_keys M
screen_wait '1/2'
screen_keys Enter 4
screen_is stream-rtcp-words
screen_start 100 70 -r tests/golden/vq-report/in.pcap
screen_wait 'no drops'
screen_keys M
screen_wait '1/2'
screen_keys Enter x
screen_wait 'stream 2'
screen_keys 4
screen_is stream-rtcp-vq
screen_folder=$work

# without UTF-8, and on the Linux console
screen_locale=C
screen_start 80 24 -r rough.pcap
screen_wait '1/1'
screen_keys M
screen_wait '1/2'
screen_keys Enter 2
screen_is stream-ascii
screen_locale=C.UTF-8
screen_term=linux
screen_start 80 24 -r rough.pcap
screen_wait '1/1'
screen_keys M
screen_wait '1/2'
screen_keys Enter 2
screen_is stream-console
