#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, telephone_event

capture = Capture()
call = Dialog(capture)
media = ((0, 101), ('0 PCMU/8000', '101 telephone-event/8000'))
call.establish(0, sdp('10.0.0.1', 4000, *media), sdp('10.0.0.2', 5000, *media))
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

seq, event_ts = 1000, 0
for n in range(1000):
    t, ts, place = 2 + n * 0.02, 50000 + n * 160, n % 100 - 50
    if place == 0:
        event_ts = ts
    if 0 <= place < 5:
        for copy in range(3 if place == 4 else 1):
            audio.send(t + copy * 0.001, seq, event_ts, place == 0, 101,
                       telephone_event(n // 100, (place + 1) * 160, place == 4))
            seq += 1
    else:
        audio.send(t, seq, ts)
        seq += 1
capture.save()
