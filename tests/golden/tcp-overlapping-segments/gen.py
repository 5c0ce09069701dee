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
    start = tcp.sent[side]
    tcp.send(t - 0.00002, side, data[:150])
    tcp.segment(t - 0.00001, side, data[1:-20], offset=start + 1)
    tcp.sent[side] = start + len(data)
    tcp.segment(t, side, data[-21:], offset=start + len(data) - 21)
capture.save()
