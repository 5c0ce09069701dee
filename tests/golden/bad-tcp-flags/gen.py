#!/usr/bin/env python3
from pcapbuild import ACK, Capture, Dialog, FIN, PSH, RST, SYN, Tcp

capture = Capture()
tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:5060')
call = Dialog(capture, '10.0.0.1:40000', transport='TCP', send=tcp.send)
tcp.segment(0, 0, b'early data', flags=SYN)
tcp.sent[0] = 0
tcp.segment(0.01, 1, flags=SYN | ACK)
tcp.segment(0.02, 0, flags=FIN | SYN | RST | PSH | ACK)
tcp.segment(0.03, 1, flags=0)
second = Tcp(capture, '10.0.0.1:40001', '10.0.0.2:5060')
other = Dialog(capture, '10.0.0.1:40001', transport='TCP', call_id='second@example.org',
               send=second.send)
second.open(1)
other.establish(1.1)
other.hang_up(4)
capture.save()
