#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, ethernet, sdp, steady
from tunnelbuild import gtp_between, vxlan

capture = Capture()
resident = lambda packet: ethernet(vxlan(packet, vni=5))
before = gtp_between('172.16.0.1', '172.16.0.99', {'10.0.0.1': 0x11, '10.0.0.2': 0x12})
after = gtp_between('172.16.0.2', '172.16.0.99', {'10.0.0.1': 0x31, '10.0.0.2': 0x32})
calls = []
for n, way in enumerate((resident, before)):
    capture.encapsulate = way
    calls.append(Dialog(capture, call_id='phone-%d@example.org' % n))
    calls[n].establish(0.01 * n, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
for side, ends in enumerate((('10.0.0.1:4000', '10.0.0.2:5000'),
                             ('10.0.0.2:5000', '10.0.0.1:4000'))):
    capture.encapsulate = resident
    Rtp(capture, *ends, payload=bytes(20), ssrc=7, seq=100, ts=0).talk(1.1, steady(60))
    moving = Rtp(capture, *ends, payload=bytes(20), ssrc=7, seq=20000 + side, ts=10 ** 9)
    capture.encapsulate = before
    moving.talk(1.103, steady(20))
    capture.encapsulate = after
    moving.talk(1.103, [(n, n) for n in range(22, 60)])
for n, way in enumerate((resident, after)):
    capture.encapsulate = way
    calls[n].hang_up(8 + n)
capture.save()
