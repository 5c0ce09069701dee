#!/usr/bin/env python3
from pcapbuild import (BASE, Capture, Dialog, Rtp, receiver_report, report_block, sdp,
                       sender_report, source_description, steady)

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1)
audio.talk(1.1, [p for p in steady(100) if p[0] != 30])
sent = 2.0
capture.udp(sent, '10.0.0.1:4001', '10.0.0.2:5001',
            sender_report(1, sent, 57200, 45, 7200) + source_description(1, b'alice'))
ntp = BASE + 2 + 2208988800
block = report_block(1, fraction=5, lost=1, highest=1045, jitter=24, lsr=(ntp & 0xffff) << 16,
                     dlsr=65536 // 2)
capture.udp(sent + 0.5 + 0.03, '10.0.0.2:5001', '10.0.0.1:4001',
            receiver_report(2, [block]) + source_description(2, b'bob'))
call.hang_up(5)
capture.save()
