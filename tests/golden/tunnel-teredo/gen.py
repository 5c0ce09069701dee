#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady, udp

A, B = '2001:0:c633:6401::1', '2001:0:c633:6402::2'
capture = Capture()
wrap = capture.encapsulate


def teredo(packet):
    """Between peers: any port; IPv6 in UDP."""
    return wrap(udp('192.0.2.1:51413', '192.0.2.2:52000', packet))


capture.encapsulate = teredo
call = Dialog(capture, '[%s]:5060' % A, '[%s]:5060' % B)
call.establish(0, sdp(A, 4000), sdp(B, 5000))
Rtp(capture, '[%s]:4000' % A, '[%s]:5000' % B, ssrc=1).talk(1.1, steady(10))
call.hang_up(2)
capture.encapsulate = wrap
# A bubble to the server, with an origin indication: no payload.
capture.udp(3, '192.0.2.1:51413', '192.0.2.9:3544',
            b'\0\0\x12\x34\xfe\xfe\xfe\xfe' + b'\x60\0\0\0\0\0\x3b\x40' + bytes(32))
capture.save()
