#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Tcp

capture = Capture()
tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:5060')
sent = []
call = Dialog(capture, '10.0.0.1:40000', transport='TCP',
              send=lambda t, side, data: sent.append((t, side, data)))
call.establish(0.1)
call.hang_up(5)
tcp.open(0)
for n, (t, side, data) in enumerate(sent):
    if n == 1:
        tcp.send(t, side, data[:100])
        tcp.sent[side] += 100
        tcp.send(t + 0.001, side, data[200:])
    else:
        tcp.send(t, side, data)
tcp.close(6)
capture.save()
