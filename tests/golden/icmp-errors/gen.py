#!/usr/bin/env python3
import struct
from pcapbuild import Capture, Dialog, Rtp, checksum, endpoint, ip_packet, rtp, sdp, steady, udp

capture = Capture()


def icmp(t, origin, kind, code, quoted, size=None, rest=0, ttl=64):
    """An error from @origin to who sent @quoted, of which it has the first @size bytes."""
    v6 = quoted[0] >> 4 == 6
    source = endpoint('[::]:0' if v6 else '0.0.0.0:0')[0].__class__(
        quoted[8:24] if v6 else quoted[12:16])
    body = struct.pack('>BBHI', kind, code, 0, rest) + quoted[:size]
    body = body[:2] + struct.pack('>H', checksum(body)) + body[4:]
    capture.ip(t, ip_packet(endpoint(origin + ':0')[0], source, 58 if v6 else 1, body, ttl=ttl))


# A call: three RTP packets before the callee listens, seven after it hung up, RTCP that a firewall
# stops, and a hop limit that runs out on the way of media that was never captured.
call = Dialog(capture, call_id='media@example.org')
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000), pick_up=0.5)
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000').talk(0.5, steady(60))
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=2).talk(0.6, steady(50))
for i in range(3):
    icmp(0.501 + 0.02 * i, '10.0.0.2', 3, 3,
         udp('10.0.0.1:4000', '10.0.0.2:5000', rtp(0, i, 160 * i, 1, b'x' * 160)), 28)
for i in range(7):
    icmp(10.401 + 0.02 * i, '10.0.0.2', 3, 3,
         udp('10.0.0.1:4000', '10.0.0.2:5000', rtp(0, 53 + i, 160 * i, 1, b'x' * 160)))
icmp(5, '10.0.0.254', 3, 13, udp('10.0.0.1:4001', '10.0.0.2:5001', b'\x81\xc9\0\x01\0\0\0\x01'))
# A mirror port saw the firewall's on both sides of a router: it was sent once.
icmp(5.00004, '10.0.0.254', 3, 13, udp('10.0.0.1:4001', '10.0.0.2:5001', b'\x81\xc9\0\x01\0\0\0\x01'),
     ttl=63)
icmp(6, '10.0.0.254', 11, 0, udp('10.0.0.2:5999', '10.0.0.1:4000', b'?'))
call.request(10.4, 'BYE', side=1)

# A request to a port where nobody listens: the error quotes all of it, Call-ID included. Its
# retransmission meets a router that quotes no more than the ports.
dead = Dialog(capture, '10.0.0.1:5060', '10.0.0.3:5060', 'dead@example.org')
invite = dead.request(20, 'INVITE', body=sdp('10.0.0.1', 4100))
icmp(20.001, '10.0.0.3', 3, 3, udp('10.0.0.1:5060', '10.0.0.3:5060', invite.bytes))
dead.send(20.5, 0, invite.bytes)
icmp(20.51, '10.0.0.254', 3, 1, udp('10.0.0.1:5060', '10.0.0.3:5060', invite.bytes), 28)

# IPv6: too big for a link on the way.
big = Dialog(capture, '[2001:db8::1]:5060', '[2001:db8::2]:5060', 'big@example.org')
invite = big.request(30, 'INVITE', body=sdp('2001:db8::1', 4200) + 'a=x:%s\r\n' % ('y' * 900))
icmp(30.001, '[2001:db8::fe]', 2, 0, udp('[2001:db8::1]:5060', '[2001:db8::2]:5060', invite.bytes),
     1232, rest=1280)

# About no call: an echo, a redirect, an error about somebody else's DNS, one that is cut, one about
# the second fragment of a datagram, and one that quotes no IP.
dns = udp('10.0.0.9:40000', '10.0.0.8:53', b'dns')
icmp(40, '10.0.0.3', 8, 0, b'\x45' + b'ping' * 10)
icmp(41, '10.0.0.254', 5, 1, udp('10.0.0.1:4000', '10.0.0.2:5000', b'x' * 20))
icmp(42, '10.0.0.8', 3, 3, dns)
icmp(43, '10.0.0.8', 3, 3, udp('10.0.0.1:4000', '10.0.0.2:5000', b'x'), 22)
icmp(44, '10.0.0.2', 11, 1, udp('10.0.0.1:4000', '10.0.0.2:5000', b'x' * 20, offset=1480))
icmp(45, '10.0.0.2', 3, 3, b'\x15' + dns[1:])
capture.save()
