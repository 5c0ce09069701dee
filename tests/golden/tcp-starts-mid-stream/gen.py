#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Tcp

capture = Capture()
tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:5060')
first = Dialog(capture, '10.0.0.1:40000', transport='TCP', call_id='lost@example.org',
               send=lambda t, side, data: tcp.send(t, side, data[120:] if t < 0.05 else data))
first.request(0, 'OPTIONS')
call = Dialog(capture, '10.0.0.1:40000', transport='TCP', send=tcp.send)
call.establish(0.1)
call.hang_up(5)
capture.save()
