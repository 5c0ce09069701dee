#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, ethernet, sdp, steady

capture = Capture()


def in_vlan(number):
    return lambda packet: ethernet(packet, tags=[(0x8100, number)])


ENDS = ('10.0.0.1:4000', '10.0.0.2:5000')
for n, vlan in enumerate((10, 20)):
    capture.encapsulate = in_vlan(vlan)
    for side in range(2):
        Rtp(capture, ENDS[side], ENDS[1 - side], payload=bytes(20), ssrc=1,
            seq=500 + 20000 * n + side, ts=8000 * 3600 * n).talk(1 + 0.004 * n, steady(150))
capture.encapsulate = ethernet
call = Dialog(capture, '10.1.0.1:5060', '10.1.0.2:5060')
call.establish(0, sdp('10.1.0.1', 4000), sdp('10.1.0.2', 5000))
for side, ends in enumerate((('10.1.0.1:4000', '10.1.0.2:5000'),
                             ('10.1.0.2:5000', '10.1.0.1:4000'))):
    capture.encapsulate = in_vlan(30 + side)
    Rtp(capture, *ends, payload=bytes(20), ssrc=3, seq=9000 * side).talk(1.1, steady(100))
capture.encapsulate = ethernet
call.hang_up(5)
capture.save()
