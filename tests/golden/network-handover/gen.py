#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady
from tunnelbuild import gtp_between

capture = Capture()
before = gtp_between('172.16.0.1', '172.16.0.99', {'10.0.0.1': 0x11, '10.0.0.2': 0x12})
after = gtp_between('172.16.0.2', '172.16.0.99', {'10.0.0.1': 0x31, '10.0.0.2': 0x32})
capture.encapsulate = before
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
up = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', payload=bytes(20), ssrc=1)
down = Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', payload=bytes(20), ssrc=2, seq=65500,
           ts=2 ** 32 - 9000)
up.talk(1.1, steady(100))
down.talk(1.1, steady(100) + [(n, 121.5) for n in range(100, 115)])  # forwarded: late
capture.encapsulate = after
up.talk(1.1, [(n, n) for n in range(115, 300)])  # 15 packets are lost
down.talk(1.1, [(n, n) for n in range(115, 300)])
call.hang_up(8)
capture.save()
