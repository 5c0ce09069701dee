#!/usr/bin/env python3
from pcapbuild import Capture, endpoint, ip_packet

capture = Capture()
a, b = (endpoint(end)[0] for end in ('[2001:db8::1]:5060', '[2001:db8::2]:5060'))
chain = bytes([0, 0, 1, 4, 0, 0, 0, 0]) * 200
capture.ip(0, ip_packet(a, b, 0, chain + bytes(8)))
capture.ip(1, ip_packet(a, b, 0, bytes([17, 255, 1, 4, 0, 0, 0, 0])))
capture.save()
