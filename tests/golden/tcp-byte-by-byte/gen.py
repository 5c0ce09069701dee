#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Tcp, sdp

capture = Capture()
tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:5060')
sent = []
call = Dialog(capture, '10.0.0.1:40000', transport='TCP',
              send=lambda t, side, data: sent.append((t, side, data)))
call.establish(0.1, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
call.hang_up(5)
tcp.open(0)

for t, side, data in sent:
    for n, byte in enumerate(data):
        tcp.segment(t - (len(data) - 1 - n) * 0.000001, side, bytes([byte]))
capture.save()
