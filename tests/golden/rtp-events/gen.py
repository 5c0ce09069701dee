#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, telephone_event

capture = Capture()
call = Dialog(capture)
media = ((0, 101), ('0 PCMU/8000', '101 telephone-event/8000'))
call.establish(0, sdp('10.0.0.1', 4000, *media), sdp('10.0.0.2', 5000, *media))
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

for n in range(50):
    if 20 <= n < 30:
        audio.send(2 + n * 0.02, 1000 + n, 50000 + 20 * 160, n == 20, 101,
                   telephone_event(5, (n - 19) * 160, n == 29))
    else:
        audio.send(2 + n * 0.02, 1000 + n, 50000 + n * 160)
capture.save()
