#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, sdp, udp
from tunnelbuild import cut, gre, gtp, vxlan

capture = Capture()
LONG = ['x-padding:' + 'x' * 900]
ident = 0


def parts(packet, size):
    global ident
    ident += 1
    return cut(packet, size, ident)


def inside(packet):   # what the tunnel carries is cut
    return [gre(part) for part in parts(packet, 400)]


def outside(packet):  # the tunnel's packets are cut
    return parts(vxlan(packet), 400)


def both(packet):
    return [piece for part in parts(packet, 480) for piece in parts(gtp(part), 200)]


for n, way in enumerate((inside, outside, both)):
    def send(t, side, data, way=way):
        pieces = way(udp(call.ends[side], call.ends[1 - side], data))
        for k, piece in enumerate(reversed(pieces) if side else pieces):
            capture.ip(t - 0.0001 * (len(pieces) - 1 - k), piece)

    a, b = '10.0.%d.1' % n, '10.0.%d.2' % n
    call = Dialog(capture, a + ':5060', b + ':5060', call_id='call-%d@example.org' % n, send=send)
    call.establish(10 * n + 1, sdp(a, 4000, attributes=LONG), sdp(b, 5000, attributes=LONG))
    call.hang_up(10 * n + 5)
# The last datagram lacks a fragment inside its tunnel.
for part in inside(udp('10.0.9.1:5060', '10.0.9.2:5060', b'x' * 1500))[1:]:
    capture.ip(40, part)
capture.save()
