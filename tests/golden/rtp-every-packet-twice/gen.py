#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, ethernet, steady

capture = Capture()
for vlan in ((), ((0x8100, 100),)):
    capture.encapsulate = lambda packet: ethernet(packet, vlan)
    audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')
    audio.talk(0.00001 if vlan else 0, [p for p in steady(1000) if p[0] % 10 != 7])
capture.save()
