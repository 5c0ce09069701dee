#!/usr/bin/env python3
import zlib

from pcapbuild import WEBSOCKET_ANSWER, WEBSOCKET_REQUEST, Capture, Dialog, Tcp, sdp, websocket_frame

MASK = b'\x37\xfa\x21\x3d'
capture = Capture()
tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:80')
sent = []
call = Dialog(capture, '10.0.0.1:40000', transport='WS',
              send=lambda t, side, data: sent.append((t, side, data)))
call.establish(0.1, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
call.hang_up(5)
packer = zlib.compressobj(9, zlib.DEFLATED, -15)  # one window for all messages of the server


def deflated(data):
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


tcp.open(0)
tcp.send(0.01, 0, WEBSOCKET_REQUEST)
tcp.send(0.02, 1, WEBSOCKET_ANSWER)
for n, (t, side, data) in enumerate(sent):
    if side == 1:
        tcp.send(t, 1, websocket_frame(deflated(data), first=0xc1))
    elif n == 0:
        tcp.send(t - 0.002, 0, websocket_frame(data[:50], first=0x01, mask=MASK))
        tcp.send(t - 0.001, 0, websocket_frame(b'ping', opcode=9, mask=MASK))
        tcp.send(t, 0, websocket_frame(data[50:], first=0x80, mask=MASK))
    else:
        tcp.send(t, 0, websocket_frame(data, opcode=2, mask=MASK))
tcp.close(6)
capture.save()
