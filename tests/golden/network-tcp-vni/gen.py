#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Tcp, ethernet, sdp
from tunnelbuild import vxlan

capture = Capture()
NUMBERS = ((7, (1000, 5000)), (8, (3 << 29, 9 << 25)), (9, (7 << 29, 1 << 30)))
for n, (vni, isn) in enumerate(NUMBERS):
    capture.encapsulate = lambda packet, vni=vni: ethernet(vxlan(packet, vni=vni))
    tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:5060', isn=isn)
    sent = []
    call = Dialog(capture, '10.0.0.1:40000', transport='TCP', call_id='vni-%d@example.org' % vni,
                  send=lambda t, side, data: sent.append((t, side, data)))
    call.establish(0.1, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
    call.hang_up(5)
    if n < 2:
        tcp.open(0.001 * n)
    for t, side, data in sent:
        for k in range(0, len(data), 20):
            tcp.segment(t + 0.0001 * k / 20 + 0.00003 * n, side, data[k:k + 20])
    tcp.close(6 + 0.001 * n)
capture.save()
