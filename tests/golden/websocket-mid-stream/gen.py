#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Tcp, sdp, websocket_frame

MASK = b'\x37\xfa\x21\x3d'
capture = Capture()
tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:8088')
tcp.send(0, 1, websocket_frame(b'', opcode=9))
tcp.send(0.01, 0, websocket_frame(b'', opcode=10, mask=MASK))
call = Dialog(capture, '10.0.0.1:40000', transport='WS', send=lambda t, side, data: tcp.send(
    t, side, websocket_frame(data, mask=None if side else MASK)))
call.establish(0.1, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
call.hang_up(5)
capture.save()
