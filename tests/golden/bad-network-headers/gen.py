#!/usr/bin/env python3
from pcapbuild import Capture, endpoint, ethernet, ip_packet, udp

capture = Capture()
good = udp('10.0.0.1:5060', '10.0.0.2:5060', b'OPTIONS sip:x SIP/2.0\r\n\r\n')
a, b = (endpoint(end)[0] for end in ('10.0.0.1:1', '10.0.0.2:2'))
for n, packet in enumerate((
        b'\x43' + good[1:], b'\x4f' + good[1:], good[:2] + b'\0\x05' + good[4:],
        good[:2] + b'\xff\xff' + good[4:], good[:24] + b'\0\x03' + good[26:],
        good[:24] + b'\xff\xff' + good[26:], good[:22], good[:9], b'\x45', b'\xf5' + good[1:],
        ip_packet(a, b, 6, bytes(12) + b'\x10' + bytes(7)),
        ip_packet(a, b, 6, bytes(12) + b'\xf0' + bytes(7)))):
    capture.ip(n, packet)
capture.frame(20, b'short')
capture.frame(21, ethernet(b'', kind=0x8100))
capture.frame(22, ethernet(good, tags=[(0x8100, 1)] * 40))
capture.save()
