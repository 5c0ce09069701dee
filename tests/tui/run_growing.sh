#!/usr/bin/env bash
# A capture that grows while it is watched: calls move through their states, streams count on, and
# nothing is missed while a help page or a dialog is open.
set -eu
# shellcheck source=tests/tui/tmux.sh
. "$RUNG_SOURCE/tests/tui/tmux.sh"

file=$work/growing.pcap
python3 "$RUNG_SOURCE/tests/tui/make_calls.py" "$work"

cat "$work/header" "$work/invite" >"$file"
screen_start 120 30 -r "$file" --follow
screen_wait 'alice.*calling'
cat "$work/ringing" >>"$file"
screen_wait 'alice.*ringing'
cat "$work/answer" >>"$file"
screen_wait 'alice.*in-call'
screen_keys Enter
screen_wait 'ACK'
cat "$work/media-1" >>"$file"
screen_wait 'RTP PCMA 100 pkts'
cat "$work/media-2" >>"$file"
screen_wait 'RTP PCMA 150 pkts'
cat "$work/bye" >>"$file"
screen_wait 'BYE'
screen_keys q
screen_wait 'alice.*completed'
echo "ok a call from its beginning to its end"

screen_keys '?'
screen_wait 'keys of Calls'
cat "$work/many-1" >>"$file"
screen_wait '10000 calls|10001 calls'
screen_keys q s
screen_wait 'all listed'
cat "$work/many-2" >>"$file"
screen_wait '20001 calls'
screen_keys Escape
screen_wait '/20001'
echo "ok 60000 messages while the help and a dialog were open"

screen_keys A G
screen_wait '20001/20001'
cat "$work/late" >>"$file"
screen_wait '20002/20002'
screen_wait 'zoe'
echo "ok the cursor follows the newest call"

screen_keys f 'call.from contains zoe' Enter
screen_wait '1/1'
screen_keys f C-u Enter
screen_wait '/20002'
screen_keys '<' g j j j Enter
screen_wait '#.*From.*▲|From▲'
screen_keys A g
screen_wait ' alice '
echo "ok filtered and sorted"

screen_keys '*' Enter
screen_wait 'the first 1000 of 2000[0-9] marked'
screen_wait '1000 calls'
screen_keys x x
screen_wait '1000 calls, 1900[0-9] left out'
echo "ok a ladder says what it leaves out"
