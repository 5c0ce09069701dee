#!/usr/bin/env python3
import struct

from pcapbuild import Capture, Dialog, Rtp, ethernet, sdp, steady, udp
from tunnelbuild import vxlan

CALLER, CALLEE = '10.0.0.1:4000', '10.0.0.2:5000'
capture = Capture()


def in_vxlan(vni):
    return lambda packet: ethernet(vxlan(packet, vni=vni))


def in_gtp(gateway, teid):
    """TEIDs differ by direction, the hosts at the ends of the tunnel do not."""
    def encapsulate(packet):
        down = packet[12:16] == b'\x0a\0\0\x02'
        ends = ['172.16.0.%d:2152' % gateway, '172.16.0.99:2152']
        head = struct.pack('>BBHI', 0x30, 255, len(packet), teid + down)
        return ethernet(udp(*(reversed(ends) if down else ends), head + packet))
    return encapsulate


networks = [in_vxlan(100), in_vxlan(200), in_gtp(1, 10), in_gtp(2, 20)]
calls = []
for n, encapsulate in enumerate(networks):
    capture.encapsulate = encapsulate
    calls.append(Dialog(capture, call_id='network-%d@example.org' % n))
    calls[n].establish(0.01 * n, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
    Rtp(capture, CALLER, CALLEE, ssrc=10 * n + 1).talk(1.1 + 0.003 * n, steady(50))
    Rtp(capture, CALLEE, CALLER, ssrc=10 * n + 2).talk(1.1 + 0.003 * n, steady(50))
for n, encapsulate in enumerate(networks):
    capture.encapsulate = encapsulate
    calls[n].hang_up(4 + 0.1 * n)
capture.save()
