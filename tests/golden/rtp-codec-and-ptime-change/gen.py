#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, telephone_event

formats, maps = (0, 8, 13, 101), ['101 telephone-event/8000']
capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000, formats, maps), sdp('10.0.0.2', 5000, formats, maps))
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')
now, seq, ts = 1.1, 1000, 8000


def send(count, kind, ticks, payload=None):
    global now, seq, ts
    for _ in range(count):
        audio.send(now, seq, ts, payload_type=kind, payload=payload or bytes([0xd5]) * ticks)
        now, seq, ts = now + ticks / 8000, seq + 1, ts + ticks


send(50, 0, 160)
send(1, 13, 160, bytes([40]))
send(50, 0, 160)
event = ts
for i in range(5):
    audio.send(now, seq, event, payload_type=101, payload=telephone_event(5, 160 * (i + 1), i > 3))
    now, seq, ts = now + 0.02, seq + 1, ts + 160
send(50, 0, 160)
send(50, 8, 160)
send(40, 8, 240)
call.hang_up(now + 0.1)
capture.save()
