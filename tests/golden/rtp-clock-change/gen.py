#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)
media = ((0, 96), ('0 PCMU/8000', '96 AMR-WB/16000'))
call.establish(0, sdp('10.0.0.1', 4000, *media), sdp('10.0.0.2', 5000, *media))
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')
audio.talk(2, steady(20))
audio.payload_type, audio.ticks, audio.payload = 96, 320, bytes(61)
audio.seq, audio.ts = 1020, 50000 + 20 * 160
audio.talk(2 + 20 * 0.02, steady(30))
capture.save()
