#!/usr/bin/env python3
from framebuild import (ALLOCATE, ALLOCATE_DONE, CHANNEL_BIND, CHANNEL_BIND_DONE, DATA, SEND, address,
                        attribute, channel, indication, peer, relayed, stun)
from pcapbuild import Capture, Dialog, Tcp, receiver_report, report_block, rtp, sdp

RELAYED, PEER = '10.0.0.7:50000', '10.0.0.2:5000'
capture = Capture()
tcp = Tcp(capture, '10.0.0.1:44000', '10.0.0.7:3478')
tcp.open(0.01)
tcp.send(0.02, 0, stun(ALLOCATE, attribute(0x19, bytes([17, 0, 0, 0]))))
tcp.send(0.03, 1, stun(ALLOCATE_DONE, relayed(RELAYED), address(0x20, '10.0.0.1:44000')))
call = Dialog(capture)
call.establish(0.1, sdp('10.0.0.7', 50000), sdp('10.0.0.2', 5000))
tcp.send(1.11, 0, stun(CHANNEL_BIND, attribute(0x0c, b'\x40\x01\0\0'), peer(PEER)))
tcp.send(1.12, 1, stun(CHANNEL_BIND_DONE))
tail = [b'', b'']


def send(t, side, message, captured=True):
    """The last 30 bytes come with the next message."""
    data = tail[side] + message
    data, tail[side] = data[:-30], data[-30:]
    if captured:
        tcp.send(t, side, data)
    else:
        tcp.sent[side] += len(data)


for n in range(30):
    # 161 bytes of payload: 173 of RTP are padded to 176
    up = rtp(0, 100 + n, 160 * n, 0xa, bytes([0xd5]) * 161)
    down = rtp(0, 200 + n, 160 * n, 0xb, bytes([0xd5]) * 161)
    t = 1.2 + 0.02 * n
    send(t, 0, indication(SEND, PEER, up) if n < 10 else channel(0x4001, up))
    send(t + 0.005, 1, indication(DATA, PEER, down) if n < 10 else channel(0x4001, down),
         captured=n != 20)
for side in (0, 1):
    send(1.81 + side * 0.001, side, channel(0x4001, receiver_report(0xa + side, [
        report_block(0xb - side, highest=229 - 100 * side)])))
    tcp.send(1.82 + side * 0.001, side, tail[side])
tcp.close(2)
call.hang_up(2.5)
capture.save()
