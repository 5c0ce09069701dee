#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture, '203.0.113.5:31000', '198.51.100.1:5060')
call.establish(0, sdp('192.168.1.10', 4000), sdp('198.51.100.1', 5000))
Rtp(capture, '203.0.113.5:62000', '198.51.100.1:5000', ssrc=1).talk(1.1, steady(50))
Rtp(capture, '198.51.100.1:5000', '203.0.113.5:62000', ssrc=2).talk(1.15, steady(50))
call.hang_up(5)
capture.save()
