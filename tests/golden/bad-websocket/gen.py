#!/usr/bin/env python3
import struct
import zlib

from pcapbuild import WEBSOCKET_ANSWER, WEBSOCKET_REQUEST, Capture, Dialog, Tcp, websocket_frame

capture = Capture()
packer = zlib.compressobj(9, zlib.DEFLATED, -15)
bomb = (packer.compress(bytes(64 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]
attacks = [websocket_frame(bomb, first=0xc1),
           b'\xb1\x05Hello' + websocket_frame(b'x' * 20),
           b'\x81\x7f' + struct.pack('>Q', 1 << 62) + b'x' * 1000]
for n, attack in enumerate(attacks):
    tcp = Tcp(capture, '10.0.0.66:%d' % (40000 + n), '10.0.0.2:80')
    tcp.open(n)
    tcp.send(n + 0.1, 0, WEBSOCKET_REQUEST)
    tcp.send(n + 0.2, 1, WEBSOCKET_ANSWER)
    for at in range(0, len(attack), 1400):
        tcp.send(n + 0.3 + at / 1e6, 1, attack[at:at + 1400])
    tcp.close(n + 5)
call = Dialog(capture)
call.establish(0.1)
call.hang_up(5)
capture.save()
