#!/usr/bin/env python3
"""TURN (RFC 8656) and a media relay that speaks no SIP; STUN alone (RFC 8489) is no relay."""
import random
import struct

from pcapbuild import Capture, Dialog, rtp, sdp

CLIENT, TURN, STUN = '10.0.0.1:4000', '10.0.0.7:3478', '10.0.0.6:3478'
PHONES, RELAY = ('10.0.0.3', '10.0.0.4'), '10.0.0.8'
capture = Capture()


def attribute(kind, value):
    return struct.pack('>HH', kind, len(value)) + value + bytes(-len(value) % 4)


def address(kind, host, port):
    packed = struct.pack('>BBHI', 0, 1, port ^ 0x2112, int.from_bytes(host, 'big') ^ 0x2112a442)
    return attribute(kind, packed)


def stun(kind, body=b''):
    return struct.pack('>HHI', kind, len(body), 0x2112a442) + bytes(range(12)) + body


# the client asks a STUN server for its address, and a TURN server for a relay (section 7)
capture.udp(0, CLIENT, STUN, stun(0x0001))
capture.udp(0.01, STUN, CLIENT, stun(0x0101, address(0x20, bytes((10, 0, 0, 1)), 4000)))
capture.udp(0.1, CLIENT, TURN, stun(0x0003, attribute(0x19, bytes((17, 0, 0, 0)))))
capture.udp(0.11, TURN, CLIENT, stun(0x0103, address(0x16, bytes((10, 0, 0, 7)), 50000) +
                                     attribute(0x0d, struct.pack('>I', 600))))
call = Dialog(capture)
call.establish(1, sdp('10.0.0.7', 50000), sdp('10.0.0.2', 5000))
for n in range(20):
    for source, destination, ssrc in ((CLIENT, TURN, 0xa), (TURN, CLIENT, 0xb)):
        data = rtp(0, 100 + n, 160 * n, ssrc, bytes([ssrc]) * 160)
        capture.udp(2.1 + 0.02 * n, source, destination,
                    struct.pack('>HH', 0x4001, len(data)) + data)
call.hang_up(4)

# a proxy puts a relay between two phones (as rtpengine): addresses change, the packets stay
call = Dialog(capture, PHONES[0] + ':5060', '10.0.0.9:5060', call_id='relayed@a')
call.establish(10, sdp(PHONES[0], 4000), sdp(RELAY, 6000))
random.seed(5)
for n in range(60):
    for seed, came, went in ((1, (PHONES[0] + ':4000', RELAY + ':6000'),
                              (RELAY + ':6002', PHONES[1] + ':4000')),
                             (2, (PHONES[1] + ':4000', RELAY + ':6002'),
                              (RELAY + ':6000', PHONES[0] + ':4000'))):
        data = rtp(0, 500 + n, 160 * n, seed, random.randbytes(160))
        t = 11.1 + n * 0.02
        capture.udp(t, *came, data)
        capture.udp(t + 0.001, *went, data)
call.hang_up(14)
capture.save()
