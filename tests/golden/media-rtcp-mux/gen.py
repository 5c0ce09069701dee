#!/usr/bin/env python3
from pcapbuild import (Capture, Dialog, Rtp, receiver_report, report_block, sdp,
                       sender_report, source_description, steady)

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000, attributes=['rtcp-mux']),
               sdp('10.0.0.2', 5000, attributes=['rtcp-mux']))
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1)
audio.talk(1.1, steady(50))
report = sender_report(1, 1.6, 54000, 25, 4000) + source_description(1, b'alice@10.0.0.1')
capture.udp(1.605, '10.0.0.1:4000', '10.0.0.2:5000', report)
seen = receiver_report(2, [report_block(1, 0, 0, 1024, 3)]) + source_description(2, b'bob')
capture.udp(1.655, '10.0.0.2:5000', '10.0.0.1:4000', seen)
call.hang_up(5)
capture.save()
