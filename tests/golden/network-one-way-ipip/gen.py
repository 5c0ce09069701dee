#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, ethernet, sdp, steady
from tunnelbuild import ip_in_ip

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', payload=bytes(20), ssrc=9).talk(1.1, steady(100))
capture.encapsulate = lambda packet: ethernet(ip_in_ip(packet))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', payload=bytes(20), ssrc=9).talk(1.11, steady(100))
capture.encapsulate = ethernet
call.hang_up(5)
capture.save()
