#!/usr/bin/env python3
import struct

from pcapbuild import BASE, Capture, Dialog, Rtp, rtcp, sdp, steady

A, B = 0xaaaa0001, 0xbbbb0002
capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=A).talk(1.1, steady(100))
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=B).talk(1.1, steady(100))


def from_a(t, data):
    capture.udp(t, '10.0.0.1:4001', '10.0.0.2:5001', data)


def from_b(t, data):
    capture.udp(t, '10.0.0.2:5001', '10.0.0.1:4001', data)


def block(kind, body, specific=0):
    return struct.pack('>BBH', kind, specific, len(body) // 4) + body


def extended(ssrc, *blocks):
    return rtcp(207, 0, struct.pack('>I', ssrc) + b''.join(blocks))


# A's clock, which B gives back 250 ms later; the wire takes 40 ms of it there and back
asked = 1.5
ntp = BASE + int(asked) + 2208988800, int(asked % 1 * 2 ** 32)
from_a(asked, extended(A, block(4, struct.pack('>II', *ntp))))
middle = (ntp[0] & 0xffff) << 16 | ntp[1] >> 16
from_b(asked + 0.25, extended(B, block(5, struct.pack('>III', A, middle, 65536 * 21 // 100))))

statistics = struct.pack('>IHHIIIIIIBBBB', A, 1000, 1050, 3, 1, 8, 80, 40, 16, 60, 64, 62, 1)
runs = struct.pack('>IHHHH', A, 1000, 1050, 0x4000 | 50, 0)
voip = struct.pack('>IBBBBHHHHbbBBBBBBBBHHH', A, 5, 6, 85, 9, 120, 520, 80, 45, -18, -70, 127, 16, 92,
                   127, 43, 42, 0xf5, 0, 40, 60, 300)
from_b(2.0, extended(B, block(6, statistics, 0xe8), block(1, runs), block(7, voip),
                     block(23, struct.pack('>III', A, 0, 0))))

from_b(2.1, rtcp(205, 1, struct.pack('>IIHH', B, A, 1020, 0x0005)))    # NACK: three packets
from_b(2.2, rtcp(206, 1, struct.pack('>II', B, A)))                    # PLI
from_b(2.3, rtcp(206, 4, struct.pack('>IIIBBH', B, 0, A, 1, 0, 0)))    # FIR
from_b(2.4, rtcp(206, 15, struct.pack('>II4sI', B, 0, b'REMB', 1 << 24 | 2 << 18 | 75000) +
                 struct.pack('>I', A)))                                # 300 kbit/s
from_a(2.5, rtcp(204, 5, struct.pack('>I4s', A, b'PING')))


def item(kind, text):
    return bytes([kind, len(text)]) + text


def chunk(ssrc, *items):
    data = struct.pack('>I', ssrc) + b''.join(items) + b'\0'
    return data + bytes(-len(data) % 4)


# a chunk of another source first, as a mixer has it
from_a(2.6, rtcp(202, 2, chunk(0xdddd, item(1, b'x@y'), item(6, b'not mine')) +
                  chunk(A, item(1, b'a@b'), item(2, b'Alice'), item(4, b'+1 555 0100'),
                        item(6, b'phone/1.0'), item(7, b'on a \x1b[31mtrain'),
                        item(8, b'\x03keyvalue'))))
# of 1050 to 1080: 5 received, vector 1 0 0 1 then eleven 1, 10 received of which 5 were told before
vector = 0x8000 | 0b100111111111111
from_b(2.7, extended(B, block(1, struct.pack('>IHHHH', A, 1050, 1070, 0x4000 | 5, vector)),
                     block(2, struct.pack('>IHHHH', A, 1050, 1065, 0x8000 | 0x7ffe, 0)),
                     block(3, struct.pack('>IHHI', A, 1050, 1051, 8000))))
from_b(2.8, extended(B, block(1, struct.pack('>IHHHH', A, 1065, 1080, 0x4000 | 7, 8))))
from_a(2.9, rtcp(203, 1, struct.pack('>IB', A, 9) + b'gone home' + bytes(2)))
call.hang_up(4)
capture.save()
