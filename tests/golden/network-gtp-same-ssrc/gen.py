#!/usr/bin/env python3
from pcapbuild import (Capture, Dialog, Rtp, receiver_report, report_block, sdp, sender_report,
                       source_description, steady)
from tunnelbuild import gtp_between

CALLER, CALLEE = '10.0.0.1:4000', '10.0.0.2:5000'
capture = Capture()
tunnels = [gtp_between('172.16.0.1', '172.16.0.99', {'10.0.0.1': up, '10.0.0.2': down})
           for up, down in ((0x11, 0x12), (0x21, 0x22))]
calls = []
for n, tunnel in enumerate(tunnels):
    capture.encapsulate = tunnel
    calls.append(Dialog(capture, call_id='tunnel-%d@example.org' % n))
    calls[n].establish(0.01 * n, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
for n, tunnel in enumerate(tunnels):
    capture.encapsulate = tunnel
    t = 1.1 + 0.007 * n
    plan = [(i, i) for i in range(200) if n == 0 or i not in (50, 51, 90)]
    Rtp(capture, CALLER, CALLEE, payload=bytes(20), ssrc=1, seq=1000 + 30000 * n,
        ts=7 + 10 ** 9 * n).talk(t, plan)
    Rtp(capture, CALLEE, CALLER, payload=bytes(20), ssrc=2, seq=60000 + 9000 * n,
        ts=99 + 10 ** 8 * n, payload_type=8 * n).talk(t, steady(200 + n))
    # Each callee tells its losses of its own caller's stream, on the port beside.
    name = source_description(1, b'caller-%d' % n)
    capture.udp(2.5, '10.0.0.1:4001', '10.0.0.2:5001',
                sender_report(1, 2.5, 0, 70, 11200 + n) + name)
    seen = receiver_report(2, [report_block(1, 0, 3 * n, 1069 + 30000 * n, 3)])
    capture.udp(2.6 + 0.001 * n, '10.0.0.2:5001', '10.0.0.1:4001',
                seen + source_description(2, b'callee-%d' % n))
for n, tunnel in enumerate(tunnels):
    capture.encapsulate = tunnel
    calls[n].hang_up(6 + 0.1 * n)
capture.save()
