#!/usr/bin/env python3
import struct

from pcapbuild import Capture, ethernet, udp
from tunnelbuild import erspan2, geneve, gre, gtp, gtp_5g, l2tp, outer, outer_udp, pptp, tzsp, vxlan

capture = Capture()
good = udp('10.0.0.1:5060', '10.0.0.2:5060', b'OPTIONS sip:x SIP/2.0\r\n\r\n')
loop = good
for _ in range(40):
    loop = gre(loop)
deep = good
for _ in range(12):
    deep = vxlan(deep)
PACKETS = [
    loop, deep,
    outer(47, struct.pack('>HH', 2, 0x0800) + good),                    # a version there is not
    outer(47, struct.pack('>HHI', 0x4000, 0x0800, 0) + b'\x08\0\0\xff' * 4),  # endless routes
    outer(47, struct.pack('>HHHHI', 0x3001, 0x880b, 0xffff, 7, 1) + good),    # longer than it is
    outer(47, struct.pack('>HHI', 0x1000, 0x88be, 1) + b'\xff' * 8 + ethernet(good)),
    outer_udp(2152, struct.pack('>BBHIHBB', 0x34, 255, len(good) + 8, 1, 0, 0, 0x85) + bytes(4)
              + good),                                                  # an extension of length 0
    outer(51, struct.pack('>BBHII', 17, 0, 0, 1, 1) + good),            # AH of impossible length
    outer(115, struct.pack('>I', 1) + b'\xde\xad\xbe\xef' * 8),         # nothing that is known
    outer(50, bytes(range(7, 127))),                                    # under a cipher
    outer(47, bytes(4)),                                                # a keep-alive
]
# Each tunnel cut at every third byte of its headers.
for tunnel in (erspan2, geneve, gre, gtp, gtp_5g, l2tp, pptp, tzsp, vxlan):
    packet = tunnel(good)
    for length in range(20, 80, 3):
        PACKETS.append(packet[:2] + struct.pack('>H', length) + packet[4:length])
for n, packet in enumerate(PACKETS):
    capture.ip(n * 0.01, packet)
capture.save()
