#!/usr/bin/env python3
from pcapbuild import Capture, ethernet, rtp, udp
from tunnelbuild import vxlan

capture = Capture()
for port, delay in ((4000, 0.00004), (6000, 0.2)):
    for i in range(200):
        packet = udp('10.0.0.1:%d' % port, '10.0.0.2:%d' % port,
                     rtp(0, 3000 + i, 160 * i, port, bytes([i]) * 20), ident=9000 + i)
        capture.frame(1 + 0.02 * i, ethernet(vxlan(packet)))
        capture.frame(1 + 0.02 * i + delay, ethernet(packet))
capture.save()
