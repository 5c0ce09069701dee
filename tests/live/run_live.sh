#!/bin/sh
# A real sipp call over a veth between two network namespaces (over loopback where namespaces are
# not allowed), captured while it runs: as JSON with -w and a ring of files, and on the screen in
# tmux. Skipped (77) without sipp or without the right to capture.
set -u

# shellcheck source=tests/live/live.sh
. "$(dirname "$0")/live.sh"
command -v sipp >/dev/null || skip "sipp (package sip-tester) is not installed"

one_call() { # LOG: a whole call; waits for its end
    (cd "$work" && in_b sipp -sf "$here/uas.xml" -i "$callee" -p 5060 -mp 20000 -m 1 -nostdin \
        -trace_err -error_file "$1.uas" >/dev/null 2>&1) &
    uas=$!
    children="$children $uas"
    sleep 0.5
    (cd "$work" && in_a sipp -sf "$here/uac.xml" "$callee:5060" -i "$caller" -p 5061 -mp 30000 -m 1 \
        -s bob -nostdin -timeout 30 -trace_err -error_file "$1.uac" >/dev/null 2>&1)
    status=$?
    kill "$uas" 2>/dev/null
    wait "$uas" 2>/dev/null
    return "$status"
}

check_json() { # FILE: what rung says of the call, against what was called
    python3 - "$1" "$caller" "$callee" <<'PYTHON'
import json
import sys

document = json.load(open(sys.argv[1]))
caller, callee = sys.argv[2:4]
problems = []


def check(what, got, good):
    if not good:
        problems.append('%s: %r' % (what, got))


calls = [c for c in document['calls'] if c['to']['user'] == 'bob']
check('calls', len(calls), len(calls) == 1)
for call in calls:
    check('state', call['state'], call['state'] == 'completed')
    check('ended_by', call['ended_by'], call['ended_by'] == 'caller')
    check('source', call['source'], call['source'] == caller + ':5061')
    check('setup_ms', call['setup_ms'], 1400 < (call['setup_ms'] or 0) < 4000)
    check('talk_ms', call['talk_ms'], 2900 < (call['talk_ms'] or 0) < 6000)
    check('messages', call['messages'],
          call['messages'] - call['retransmissions'] == 6)
streams = [s for s in document['streams'] if calls and s['call'] == calls[0]['id']]
check('streams', len(streams), len(streams) == 2)
for stream in streams:
    check('packets', stream['packets'], stream['packets'] > 100)
    check('lost', stream['lost'], stream['lost'] == 0)
    check('codec', stream['codec'], stream['codec'] == 'PCMU')
check('directions', streams, {s['direction'] for s in streams} == {'from-caller', 'from-callee'})
drops = document['capture']['drops']
check('drops', drops, not any(drops.values()))
for problem in problems:
    print(problem)
sys.exit(bool(problems))
PYTHON
}

# ---------------------------------------------------------------- 1: JSON, -w and -b
head -c 80000 /dev/zero | tr '\0' '\377' >"$work/audio.raw"
before=$(sockets)
in_a "$rung" -i "$device" -q -T json -w "$work/all.pcapng" -f "udp" >"$work/out.json" 2>"$work/err" &
live=$!
children="$children $live"
if ! wait_for 10 capturing "$before"; then
    grep -qi 'permi\|setcap\|sudo' "$work/err" && skip "$(cat "$work/err")"
    fail "rung does not capture: $(cat "$work/err")"
    exit 1
fi
before=$(sockets)
in_a "$rung" -i "$device" -q -T ndjson -w "$work/ring.pcapng" -b filesize:20 -b files:3 -f "udp" \
    >"$work/ring.ndjson" 2>"$work/ring.err" &
ring=$!
children="$children $ring"
wait_for 10 capturing "$before" || fail "the second rung does not capture: $(cat "$work/ring.err")"
one_call first || fail "sipp: exit status $?: $(cat "$work"/first.*)"
sleep 0.5
stop "$live" INT || fail "SIGINT: exit status $?: $(cat "$work/err")"
stop "$ring" TERM || fail "SIGTERM: exit status $?: $(cat "$work/ring.err")"
check_json "$work/out.json" || fail "the live JSON is not right"

seen=$(packets_of <"$work/out.json")
written=$(packets_in "$work/all.pcapng")
[ "$seen" = "$written" ] || fail "-w wrote $written packets of $seen"
if ! "$rung" -q -T json -r "$work/all.pcapng" >"$work/again.json" || ! check_json "$work/again.json"; then
    fail "the written file does not give the same call"
fi
if command -v tshark >/dev/null; then
    sip=$(tshark -r "$work/all.pcapng" -Y sip 2>/dev/null | wc -l)
    [ "$sip" -ge 6 ] || fail "tshark finds $sip SIP messages in the written file"
fi
set -- "$work"/ring*.pcapng
if [ "$#" -lt 2 ] || [ "$#" -gt 3 ]; then
    fail "-b files:3 left $# files: $*"
fi
for file in "$work"/ring*.pcapng; do
    [ "$(packets_in "$file")" -gt 0 ] || fail "$(basename "$file") holds no packet"
    size=$(wc -c <"$file")
    [ "$size" -lt 26000 ] || fail "-b filesize:20 made a file of $size bytes"
done
grep -q '"type":"call"' "$work/ring.ndjson" || fail "no call in the NDJSON"

# ---------------------------------------------------------------- 2: the screen
if ! command -v tmux >/dev/null; then
    say "tmux is not installed: the screen was not tried"
else
    before=$(sockets)
    start_screen || fail "tmux does not start"
    wait_for 10 capturing "$before" || fail "rung on the screen does not capture: $(screen)"
    one_call second &
    call=$!
    for state in ringing in-call completed; do
        if ! wait_for 15 shows "$state"; then
            fail "the screen never shows the call as $state:"
            screen
        fi
    done
    shows 'bob' || fail "the screen does not show the callee"
    wait "$call" || fail "sipp: exit status $?"
    tmux -L "$id" send-keys -t live Enter
    wait_for 5 shows 'RTP' || { fail "the ladder shows no RTP:"; screen; }
    shows '180 Ringing' || { fail "the ladder shows no 180:"; screen; }
    tmux -L "$id" send-keys -t live q
    sleep 0.3
    tmux -L "$id" send-keys -t live q
    sleep 0.3
    tmux -L "$id" send-keys -t live Enter y 2>/dev/null
    # shellcheck disable=SC2317 # called by wait_for
    gone() { ! tmux -L "$id" has-session -t live 2>/dev/null; }
    wait_for 5 gone || { fail "the screen does not go when asked to:"; screen; }
fi

[ "$failed" = 0 ] && say "all right"
exit "$failed"
