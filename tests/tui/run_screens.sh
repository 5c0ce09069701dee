#!/usr/bin/env bash
# Every screen against its golden picture, small and large.
set -eu
# shellcheck source=tests/tui/tmux.sh
. "$RUNG_SOURCE/tests/tui/tmux.sh"

office=tests/captures/office.pcap

for size in 80x24 200x50; do
    columns=${size%x*} rows=${size#*x}

    screen_start "$columns" "$rows" -r $office
    screen_wait '1/14'
    screen_is calls-$size

    # the forked call: its ladder, folded, without media, other times and colours
    screen_keys j j j j Enter
    screen_is ladder-$size
    screen_keys s d m w
    screen_is ladder-folded-$size
    screen_keys s d m w w l l G
    screen_is ladder-end-$size
    screen_keys g Enter
    screen_is message-$size
    screen_keys ']' ']' / branch Enter n
    screen_is message-search-$size
    screen_keys q g Space j j j Space
    screen_is compare-$size
    screen_keys q R
    screen_is raw-$size
    screen_keys q M
    screen_is streams-$size
    screen_keys q i
    screen_is call-$size
    screen_keys q q i
    screen_is statistics-$size
    screen_keys q I
    screen_is capture-$size
    screen_keys q o
    screen_is overviews-$size
    screen_keys j j Enter
    screen_is endpoints-$size
    screen_keys q o j j j Enter
    screen_is registrations-$size
    screen_keys q o j j j j Enter
    screen_is subscriptions-$size
    screen_keys q o j j j j j Enter
    screen_is security-$size
    screen_keys q '?'
    screen_is help-$size
    screen_keys q q
done

screen_start 80 24 -r $office
screen_wait '1/14'
screen_keys '<'
screen_is sort-menu
screen_keys j j j j j j j j j j Enter z
screen_is sorted-by-duration
screen_keys t Space j j K + +
screen_is columns-dialog
screen_keys Enter
screen_is columns-chosen
screen_keys f 'call.sate == busy' Enter
screen_is filter-error
screen_keys C-u 'call.sta' Tab
screen_is filter-completion
screen_keys ' == busy' Enter
screen_is filtered
screen_keys f C-u Enter
screen_wait '/14'
screen_keys / alice
screen_is search
screen_keys Enter Space Space u Space s
screen_is save-dialog
screen_keys q C-u "$work/saved.pcap" Enter
screen_wait 'saved to'
capinfos -c "$work/saved.pcap" >/dev/null 2>&1 || command -v capinfos >/dev/null ||
    echo "capinfos is not installed: the saved file was not read"

# TLS with an expired certificate
screen_start 200 50 -r tests/golden/tls-certificates/in.pcap
screen_wait 'read  16 packets'
screen_keys o G Enter
screen_is tls

# a fax: its ladder, what is known of a page, and the pages themselves
screen_start 80 24 -r tests/captures/fax-t38.pcap
screen_wait '1/1'
screen_keys Enter
screen_wait '1/29'
screen_keys G k k k k
screen_is fax-ladder
screen_keys Enter
screen_is fax-figures
screen_keys F
screen_is fax-save
screen_keys C-u "$work/pages/" Enter
screen_wait 'saved to'
test "$(find "$work/pages" -name '*-page1.png' | wc -l)" = 1
test "$(find "$work/pages" -name '*.tif' | wc -l)" = 1
screen_start 80 24 -r $office
screen_wait '1/14'
screen_keys F
screen_wait 'fax pages: a TIFF'
screen_keys C-u "$work/none/" Enter
screen_wait 'no fax page was found'

# chat and files over MSRP: the ladder, a file and a text, and both saved
screen_start 110 30 -r tests/golden/msrp-file/in.pcap
screen_wait '1/1'
screen_keys Enter
screen_wait '1/11'
screen_keys j j j j
screen_is msrp-file
screen_keys j Enter
screen_is msrp-message
screen_keys q
screen_wait '6/11'
screen_keys C
screen_is msrp-save
screen_keys C-u "$work/chat/" Enter
screen_wait 'saved to'
test "$(find "$work/chat" -name '*.txt' | wc -l)" = 2
test "$(stat -c %s "$work"/chat/*-1-1-My__cool__picture.jpg)" = 10240
screen_start 80 24 -r $office
screen_wait '1/14'
screen_keys C
screen_wait 'MSRP chat and files'
screen_keys C-u "$work/none/" Enter
screen_wait 'no MSRP sessions'

# two messages of a chat side by side
screen_start 110 30 -r tests/golden/msrp-chat/in.pcap
screen_wait '1/1'
screen_keys Enter
screen_wait 'KEEPALIVE'
screen_keys j j j j j j Space
screen_wait '1 to compare'
screen_keys j j Space
screen_wait 'lines differ'
screen_is msrp-compare

# what is known of the structure of calls, in the list
screen_start 110 20 -r tests/golden/call-forked/in.pcap -o calls.columns:index,from,state,forks,legs,transfer
screen_wait '1/1'
screen_is columns-forks
screen_start 110 20 -r tests/golden/call-transfer-attended/in.pcap \
    -o calls.columns:index,from,to,state,forks,legs,transfer
screen_wait '1/'
screen_is columns-transfer
screen_start 110 20 -r tests/golden/endpoint-two-armed-sbc/in.pcap \
    -o calls.columns:index,from,to,state,forks,legs,transfer
screen_wait '1/'
screen_is columns-legs

# the streams: by another column, then searched
screen_start 80 24 -r $office
screen_wait '1/14'
screen_keys M
screen_wait '1/2'
screen_keys '<' G Enter z
screen_is streams-sorted
screen_keys / 548 Enter
screen_is streams-search
screen_keys / C-u nowhere Enter
screen_wait 'not found: nowhere'

# times in UTC wherever it is looked at
screen_zone=Asia/Tokyo
screen_start 80 24 -r $office
screen_wait '11:02:43.999 bob'
screen_start 80 24 -r $office -o time.format:utc
screen_wait '02:02:43.999 bob'
screen_zone=UTC

# a terminal without UTF-8
screen_locale=C
screen_start 80 24 -r $office
screen_wait '1/14'
screen_keys j j j j Enter
screen_is ladder-ascii
screen_locale=C.UTF-8

# a terminal with 8 colours
screen_term=screen
screen_start 80 24 -r $office
screen_wait '1/14'
screen_is calls-80x24
screen_term=screen-256color

# no colours, other columns, keys bound anew, a filter from the command line
mkdir -p "$work/rung"
printf 'key.calls.streams = Z\ncalls.columns = index,from-uri,state:9,status\ntheme = mono\n' \
    >"$work/rung/config"
screen_start 80 24 -r $office -Y 'call.state != completed'
screen_wait '1/3'
screen_is configured
screen_keys Z
screen_wait 'No RTP stream'
