#!/usr/bin/env python3
from framebuild import BINDING, BINDING_DONE, address, attribute, framed, stun
from pcapbuild import Capture, Dialog, Tcp, rtp, sdp

capture = Capture()
call = Dialog(capture)
offer = ['rtcp-mux', 'candidate:1 1 UDP 2130706431 10.0.0.1 4000 typ host',
         'candidate:2 1 TCP 2105524479 10.0.0.1 9 typ host tcptype active']
answer = ['rtcp-mux', 'candidate:1 1 UDP 2130706431 10.0.0.2 5000 typ host',
          'candidate:2 1 TCP 2105458943 10.0.0.2 5001 typ host tcptype passive']
call.establish(0, sdp('10.0.0.1', 4000, attributes=offer), sdp('10.0.0.2', 5000, attributes=answer))
tcp = Tcp(capture, '10.0.0.1:43000', '10.0.0.2:5001')
tcp.open(1.1)
user = attribute(6, b'bbbb:aaaa')
tcp.send(1.11, 0, framed(stun(BINDING, user)))
tcp.send(1.12, 1, framed(stun(BINDING_DONE, address(0x20, '10.0.0.1:43000'))))
for n in range(25):
    t = 1.2 + 0.02 * n
    tcp.send(t, 0, framed(rtp(0, n, 160 * n, 0xa, bytes([0xd5]) * 160)))
    if n == 12:  # the sender left two out: no capture lacks them
        tcp.send(t + 0.001, 1, framed(stun(BINDING, user)))
    if n not in (12, 13):
        tcp.send(t + 0.005, 1, framed(rtp(0, n, 160 * n, 0xb, bytes([0xd5]) * 160)))
tcp.close(1.9)
call.hang_up(2)
capture.save()
