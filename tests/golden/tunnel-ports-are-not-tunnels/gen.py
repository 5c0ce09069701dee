#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
PORTS = [4789, 8472, 4790, 6081, 2152, 1701, 37008, 3544, 4500, 9899, 4754, 6635]
for n, port in enumerate(PORTS):
    a, b = '10.0.%d.1' % n, '10.0.%d.2' % n
    call = Dialog(capture, '%s:%d' % (a, port), '%s:%d' % (b, port),
                  call_id='call-%d@example.org' % n)
    call.establish(n, sdp(a, port), sdp(b, 5000))
    Rtp(capture, '%s:%d' % (a, port), b + ':5000', ssrc=2 * n + 1).talk(n + 1.1, steady(3))
    Rtp(capture, b + ':5000', '%s:%d' % (a, port), ssrc=2 * n + 2).talk(n + 1.1, steady(3))
    call.hang_up(n + 2)
# RTP with eight contributing sources begins like VXLAN with a group policy.
for k in range(10):
    capture.udp(20 + k * 0.02, '10.1.0.1:4789', '10.1.0.2:4789',
                b'\x88\0' + bytes((1, k)) + bytes((0, 0, k, 0)) + b'\0\0\xbe\xef' + bytes(range(32))
                + bytes(160))
capture.save()
