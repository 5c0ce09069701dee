#!/usr/bin/env python3
import struct

from pcapbuild import Capture, Dialog, Rtp, sdp

TEXT, RED = 98, 99
capture = Capture()
call = Dialog(capture)
maps = ['98 t140/1000', '99 red/1000']
call.establish(0, sdp('10.0.0.1', 4000, (99, 98), maps, ['fmtp:99 98/98/98'], media='text'),
               sdp('10.0.0.2', 5000, (99, 98), maps, ['fmtp:99 98/98/98'], media='text'))
stream = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', payload_type=RED, seq=65530, ts=1000)
blocks = ['Gr', 'üß', 'e ', 'an ', 'all', 'e ', 'hier', '!', '', 'Bis', ' bal', 'd.']
lost = {2, 5, 6, 8, 9, 10}


def red(n):
    older = [blocks[n - k].encode() if n >= k else b'' for k in (2, 1)]
    head = b''.join(struct.pack('>I', (0x80 | TEXT) << 24 | 300 * k << 10 | len(b))
                    for k, b in zip((2, 1), older))
    return head + bytes([TEXT]) + b''.join(older) + blocks[n].encode()


for n in range(len(blocks)):
    if n not in lost:
        stream.send(1.5 + 0.3 * n, stream.seq + n, 1000 + 300 * n, marker=n == 0, payload=red(n))
call.hang_up(6)
capture.save()
