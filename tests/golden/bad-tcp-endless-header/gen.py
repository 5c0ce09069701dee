#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Tcp

capture = Capture()
tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:5060')
tcp.open(0)
tcp.send(0.1, 0, b'INVITE sip:bob@example.org SIP/2.0\r\nCall-ID: x\r\n')
for n in range(200):
    tcp.send(0.2 + n * 0.001, 0, b'X-Header: y\r\n' * 100)
call = Dialog(capture, call_id='after@example.org')
call.fail(1.1, call.request(1, 'INVITE'), 486)
capture.save()
