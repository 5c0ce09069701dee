#!/usr/bin/env python3
import struct

from framebuild import BINDING, framed, stun
from pcapbuild import Capture, Dialog, Tcp, rtp

capture = Capture()


def connect(t, port, server='10.0.0.9:%d', number=40000):
    tcp = Tcp(capture, '10.0.0.1:%d' % number, server % port)
    tcp.open(t)
    return tcp


# DNS over TCP (RFC 7766): identifiers as the first bytes of RTP, flags where the number is
dns = connect(0, 53)
for n in range(12):
    query = struct.pack('>HHHHHH', 0x8000 + n, 0x0100, 1, 0, 0, 1) + b'\7example\3org\0\0\1\0\1'
    dns.send(0.01 + 0.02 * n, 0, framed(query))
# frames of which every one has another source
other = connect(1, 7001, number=40001)
for n in range(12):
    other.send(1.01 + 0.02 * n, 0, framed(rtp(0, n, 160 * n, 0x1000 + n * 77, bytes(20))))
# the same source, and numbers that leap
leap = connect(2, 7002, number=40002)
for n in range(12):
    leap.send(2.01 + 0.02 * n, 0, framed(rtp(0, n * 5000, 160 * n, 0xa, bytes(20))))
# a length that is never reached
endless = connect(3, 7003, number=40003)
for n in range(12):
    endless.send(3.01 + 0.02 * n, 0, struct.pack('>H', 0x1f00) + b'\x80\0' + bytes(1400))
# text that could be ChannelData ("MESSAGE ..."), behind a STUN message that keeps the NAT open
sip = connect(4, 5060, server='10.0.0.2:%d', number=5060)
sip.send(4.01, 0, stun(BINDING))
call = Dialog(capture, transport='TCP', send=lambda t, side, data: sip.send(t, side, data))
request = call.request(4.1, 'MESSAGE', body='hello', content_type='text/plain')
call.respond(4.2, request, 200)
capture.save()
