#!/usr/bin/env python3
import struct

from pcapbuild import Capture, Dialog, endpoint, ethernet, fragments, ip_packet, sdp

capture = Capture()
for n in range(2):
    def in_gre(packet, n=n):
        outside = [endpoint('198.51.100.%d:1' % host)[0] for host in (1 + n, 9)]
        return ethernet(ip_packet(*outside, 47, struct.pack('>HH', 0, 0x0800) + packet))

    def send(t, side, data, n=n):
        for k, part in enumerate(fragments(call.ends[side], call.ends[1 - side], data, 400,
                                           ident=1 + round(t * 10))):
            capture.frame(t + 0.0001 * k + 0.00005 * n, in_gre(part))

    call = Dialog(capture, '10.0.0.1:5060', '10.0.0.2:5060', call_id='gre-%d@example.org' % n,
                  users=('alice%d' % n, 'bob%d' % n), send=send)
    padding = ['x-padding:' + 'ab'[n] * 900]
    call.establish(1, sdp('10.0.0.1', 4000, attributes=padding),
                   sdp('10.0.0.2', 5000, attributes=padding))
    call.hang_up(5)
capture.save()
