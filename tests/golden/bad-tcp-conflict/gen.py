#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Tcp

capture = Capture()
tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:5060')
call = Dialog(capture, '10.0.0.1:40000', transport='TCP', send=lambda t, side, data: None)
first = call.request(0.1, 'OPTIONS').bytes
tcp.open(0)
tcp.segment(0.1, 0, first[200:], offset=200)
tcp.segment(0.11, 0, first[200:].replace(b'alice', b'mallo'), offset=200)
tcp.segment(0.12, 0, first[:200], offset=0)
capture.save()
