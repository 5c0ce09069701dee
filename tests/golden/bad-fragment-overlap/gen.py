#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, endpoint, ip_packet, sdp, udp_datagram

capture = Capture()
call = Dialog(capture)
invite = call.request(None, 'INVITE', body=sdp('10.0.0.1', 4000, attributes=['x:' + 'x' * 900]))
data = udp_datagram(*call.ends, invite.bytes)
a, b = (endpoint(end)[0] for end in call.ends)
for n, (at, to, more) in enumerate(((0, 400, 1), (392, 800, 1), (800, len(data), 0))):
    capture.ip(n * 0.001, ip_packet(a, b, 17, data[at:to], ident=7, offset=at, flags=more))
capture.save()
