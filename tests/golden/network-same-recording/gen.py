#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, ethernet, rtp
from tunnelbuild import vxlan

capture = Capture()
for vni, t, ident in ((1, 0, 1000), (2, 0.3, 40000), (3, 5, None)):
    capture.encapsulate = lambda packet, vni=vni: ethernet(vxlan(packet, vni=vni))
    for i in range(300):
        capture.udp(t + 0.02 * i, '10.0.0.1:6000', '10.0.0.2:6000',
                    rtp(0, i, 160 * i, 0xca110000, bytes([i % 256]) * 20),
                    ident=0 if ident is None else ident + i)
capture.save()
