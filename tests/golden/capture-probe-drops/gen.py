#!/usr/bin/env python3
import struct
from pcapbuild import BASE, Capture, ETHERNET, Rtp, steady, write

capture = Capture()
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000').talk(
    0, [p for p in steady(100) if not 40 <= p[0] < 45])
Rtp(capture, '10.0.0.3:4000', '10.0.0.4:5000', ssrc=9).talk(
    60, [p for p in steady(100) if p[0] != 50])


def block(kind, body):
    body += b'\0' * (-len(body) % 4)
    return struct.pack('<II', kind, len(body) + 12) + body + struct.pack('<I', len(body) + 12)


out = [block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1)),
       block(1, struct.pack('<HHI', ETHERNET, 0, 262144))]
for n, (us, data) in enumerate(sorted(capture.frames, key=lambda frame: frame[0])):
    ticks = BASE * 1000000 + us
    body = struct.pack('<IIIII', 0, ticks >> 32, ticks & 0xffffffff, len(data), len(data)) + data
    body += b'\0' * (-len(body) % 4)
    if n == 40:  # epb_dropcount
        body += struct.pack('<HHQHH', 4, 8, 30, 0, 0)
    out.append(block(6, body))
write(b''.join(out))
