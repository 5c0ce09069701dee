#!/usr/bin/env bash
# The sound of a call on the screen: without a sound device, saved to files, and played into a file
# that stands for a device.
set -eu
# shellcheck source=tests/tui/tmux.sh
. "$RUNG_SOURCE/tests/tui/tmux.sh"

for part in portaudio-2.0 sndfile spandsp; do
    "$RUNG" --version | grep -q "+ $part" || { echo "skipped: built without $part"; exit 77; }
done
call=tests/golden/sound-one-side/in.pcap

# a machine without a sound device that works
printf 'pcm.null { type null }\npcm.absent { type hw card 99 }\n' >"$work/none.conf"
export ALSA_CONFIG_PATH=$work/none.conf
for size in 80x24 200x50; do
    screen_start "${size%x*}" "${size#*x}" -r $call
    screen_wait '1/1'
    screen_keys a
    screen_wait 'no sound device'
    screen_is sound-$size
done
screen_keys n n
screen_is sound-marks
screen_keys + + +
screen_is sound-zoomed
screen_keys Space
screen_wait 'no sound device'

# saved from here, and from the list; what cannot be heard is said
screen_keys s C-u "$work/one.wav" Enter
screen_wait 'saved to'
screen_keys q e
screen_wait 'one channel'
screen_keys C-u "$work/two.flac" Enter
screen_wait 'saved to'
"$RUNG" -r "$RUNG_SOURCE/$call" --audio "$work/batch"
cmp "$work"/batch/*.wav "$work/one.wav"
[ -s "$work/two.flac" ] || screen_fail "no FLAC file"

# a device that keeps what it is given: the same samples as in the file
cat >"$work/alsa.conf" <<END
pcm.null { type null }
pcm.!default { type file slave.pcm null file "$work/played" format raw }
ctl.!default { type null }
END
screen set-environment -g ALSA_CONFIG_PATH "$work/alsa.conf"
screen_start 80 24 -r $call
screen_wait '1/1'
screen_keys a
screen_wait 'paused +both'
screen_keys Space
screen_wait 'paused +both'
played() {
    python3 - "$work/played" "$work/one.wav" <<'END'
import pathlib
import sys

played, saved = (pathlib.Path(name).read_bytes() for name in sys.argv[1:])
saved = saved[saved.index(b'data') + 8:]
sys.exit(not saved or played[:len(saved)] != saved)
END
}
deadline=$((SECONDS + patience))
until played 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || screen_fail "what was played is not what was saved"
    sleep 0.2
done
echo "ok played"
