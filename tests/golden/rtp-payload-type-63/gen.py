#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp

capture = Capture()
call = Dialog(capture)
media = ((63,), ('63 opus/48000/2',))
call.establish(0, sdp('10.0.0.1', 4000, *media), sdp('10.0.0.2', 5000, *media))
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', payload_type=63, ticks=960)
audio.talk(2, [(n, n + (0.5 if n == 49 else 0)) for n in range(50)])
capture.save()
