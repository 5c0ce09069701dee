#!/usr/bin/env python3
"""RFC 6062: the client binds a data connection to its TURN server, which then is that to the peer;
at the first try its credentials are wanted (section 4.3, and RFC 8489 section 9.2)."""
import struct

from msrpbuild import Msrp, msrp_sdp
from pcapbuild import Capture, Dialog, Tcp

CLIENT, TURN, PEER = '10.0.0.1', '10.0.0.7', '10.0.0.2'
capture = Capture()


def attribute(kind, value):
    return struct.pack('>HH', kind, len(value)) + value + bytes(-len(value) % 4)


def stun(kind, *attributes):
    body = b''.join(attributes)
    return struct.pack('>HHI', kind, len(body), 0x2112a442) + bytes(range(12)) + body


def address(kind, host, port):
    packed = bytes(map(int, host.split('.')))
    return attribute(kind, struct.pack('>BBHI', 0, 1, port ^ 0x2112,
                                       int.from_bytes(packed, 'big') ^ 0x2112a442))


ID = attribute(0x2a, struct.pack('>I', 77))
NONCE = attribute(0x14, b'realm') + attribute(0x15, b'nonce')

# the control connection: an allocation for TCP, and the peer that is connected to
control = Tcp(capture, CLIENT + ':40000', TURN + ':3478')
control.open(0)
control.send(0.1, 0, stun(0x0003, attribute(0x19, bytes((6, 0, 0, 0)))))
control.send(0.11, 1, stun(0x0103, address(0x16, TURN, 50000)))
control.send(1.2, 0, stun(0x000a, address(0x12, PEER, 7654)))
control.send(1.25, 1, stun(0x010a, ID))

a, b = 'msrp://%s:50000/alice;tcp' % TURN, 'msrp://%s:7654/bob;tcp' % PEER
call = Dialog(capture)
call.establish(0.2, msrp_sdp(TURN, 50000, a), msrp_sdp(PEER, 7654, b, 'passive'), pick_up=0.8)
data = Tcp(capture, CLIENT + ':40002', TURN + ':3478')
data.open(1.3)
data.send(1.31, 0, stun(0x000b, ID))
data.send(1.32, 1, stun(0x011b, attribute(0x09, b'\0\0\4\1') + NONCE))
bind = stun(0x000b, ID, NONCE, attribute(0x08, bytes(20)))
data.send(1.33, 0, bind[:5])  # segments cut anywhere
data.send(1.34, 0, bind[5:])
chat = Msrp(capture, uris=(a, b), tcp=data)
# the answer to the bind and the peer's first message in one segment
first = chat.message(1, b'you reach me')
data.send(1.35, 1, stun(0x010b) + first[1])
chat.respond(1.37, 0, first[0])
chat.exchange(2, 0, b'by way of TURN', message_id='m2')
chat.close(3)
control.close(3.1)
call.hang_up(4)
capture.save()
