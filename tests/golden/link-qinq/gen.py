#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, ethernet, sdp, steady

capture = Capture(encapsulate=lambda packet: ethernet(packet,
                                                      [(0x9100, 7), (0x88a8, 200), (0x8100, 100)]))

call = Dialog(capture, '10.0.0.1:5060', '10.0.0.2:5060')
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1).talk(1.1, steady(50))
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=2).talk(1.1, steady(50))
call.hang_up(5)
capture.save()
