#!/usr/bin/env python3
import struct
from pcapbuild import BASE, Capture, Dialog, ETHERNET, RAW, Rtp, sdp, steady, write

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000').talk(1.1, steady(50))
call.hang_up(5)
frames = sorted(capture.frames, key=lambda frame: frame[0])


def block(kind, body):
    body += b'\0' * (-len(body) % 4)
    return struct.pack('<II', kind, len(body) + 12) + body + struct.pack('<I', len(body) + 12)


def interface(link, *options):
    body = struct.pack('<HHI', link, 0, 262144)
    for code, value in options:
        body += struct.pack('<HH', code, len(value)) + value + b'\0' * (-len(value) % 4)
    return block(1, body + (bytes(4) if options else b''))


def packet(number, ticks, data):
    return block(6, struct.pack('<IIIII', number, ticks >> 32, ticks & 0xffffffff, len(data),
                                len(data)) + data)


section = block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1))
out = [section, interface(ETHERNET), interface(RAW, (9, b'\x09')), block(0x7fff, b'unknown')]
for n, (us, data) in enumerate(frames):
    out.append(packet(1, (BASE * 1000000 + us) * 1000, data[14:]) if n % 2
               else packet(0, BASE * 1000000 + us, data))
write(b''.join(out))
