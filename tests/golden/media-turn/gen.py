#!/usr/bin/env python3
import struct

from pcapbuild import Capture, Dialog, receiver_report, report_block, rtp, sdp

CLIENT, RELAY = '10.0.0.1:4000', '10.0.0.7:3478'
capture = Capture()
call = Dialog(capture)
offer = ['candidate:1 1 udp 2130706431 10.0.0.1 4000 typ host',
         'candidate:2 1 udp 16777215 10.0.0.7 50000 typ relay raddr 10.0.0.1 rport 4000']
call.establish(0, sdp('10.0.0.7', 50000, attributes=offer), sdp('10.0.0.2', 5000))


def attribute(kind, value):
    return struct.pack('>HH', kind, len(value)) + value + bytes(-len(value) % 4)


def indication(kind, data):
    body = attribute(0x12, struct.pack('>BBHI', 0, 1, 5000 ^ 0x2112, 0x0a000002 ^ 0x2112a442))
    body += attribute(0x13, data)
    return struct.pack('>HHI', kind, len(body), 0x2112a442) + bytes(range(12)) + body


def channel(data):
    return struct.pack('>HH', 0x4001, len(data)) + data + bytes(-len(data) % 4)


for n in range(100):
    up = rtp(0, 100 + n, 160 * n, 0xa, bytes([0xd5]) * 160)
    down = rtp(0, 200 + n, 160 * n, 0xb, bytes([0xd5]) * 160)
    t = 1.1 + 0.02 * n
    if n != 60:
        capture.udp(t, CLIENT, RELAY, indication(0x16, up) if n < 30 else channel(up))
    capture.udp(t + 0.001, RELAY, CLIENT, indication(0x17, down) if n < 30 else channel(down))
block = report_block(0xa, fraction=2, lost=1, highest=199)
capture.udp(3.2, RELAY, CLIENT, channel(receiver_report(0xb, [block])))
call.hang_up(4)
capture.save()
