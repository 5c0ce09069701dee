#!/usr/bin/env python3
from pcapbuild import Capture, endpoint, ip_packet

capture = Capture()
a, b = (endpoint(end)[0] for end in ('10.0.0.1:5060', '10.0.0.2:5060'))
capture.ip(0, ip_packet(a, b, 17, b'x' * 1400, ident=7, offset=65528, flags=0))
capture.ip(0.001, ip_packet(a, b, 17, b'x' * 1400, ident=7, offset=0, flags=1))
capture.save()
