#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, receiver_report, report_block, sdp, steady

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1, seq=65500)
before = {20, 60, 61}                  # nobody saw them: the receiver says so
uncaptured = {110, 111, 112, 113, 140}  # the receiver had them
audio.talk(1.1, [p for p in steady(200) if p[0] not in before | uncaptured])
# the numbers wrap at the 37th packet; four losses behind the capture in the first half
for at, highest, lost, fraction in ((1.1 + 2.01, 65600, 3 + 4, 17), (1.1 + 4.01, 65699, 3 + 4, 0)):
    block = report_block(1, fraction=fraction, lost=lost, highest=highest)
    capture.udp(at, '10.0.0.2:5001', '10.0.0.1:4001', receiver_report(2, [block]))
call.hang_up(6)
capture.save()
