#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, ethernet, sdp, steady
from tunnelbuild import gtp

capture = Capture()
capture.encapsulate = lambda packet: ethernet(gtp(packet).replace(b'\x08\x68', b'\x27\x0f', 1))
call = Dialog(capture, '10.0.0.1:5060', '10.0.0.2:5060')
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
call.hang_up(2)
capture.encapsulate = ethernet
hidden = Dialog(capture, '10.0.1.1:7000', '10.0.1.2:7000', call_id='hidden@example.org')
hidden.establish(3, sdp('10.0.1.1', 4000), sdp('10.0.1.2', 5000))
hidden.hang_up(4)
# Two packets are not enough to believe in RTP, unless it is said.
Rtp(capture, '10.0.2.1:6000', '10.0.2.2:6000', ssrc=7).talk(5, steady(2))
capture.save()
