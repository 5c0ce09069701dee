#!/usr/bin/env python3
import struct

from pcapbuild import Capture, Dialog, rtp, sdp

LEVEL = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'
SEND = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time'
extra = ['extmap:1 ' + LEVEL + ' vad=on', 'extmap:3/sendrecv ' + SEND, 'extmap:5 urn:example:own',
         'crypto:1 AES_CM_128_HMAC_SHA1_80 inline:' + 'A' * 40]
capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000, attributes=extra, profile='RTP/SAVP'),
               sdp('10.0.0.2', 5000, attributes=extra, profile='RTP/SAVP'))


def padded(elements):
    return elements + bytes(-len(elements) % 4)


for n in range(100):
    level = 0x80 | 20 if n < 50 else 40 if n < 75 else 127
    one = padded(bytes([1 << 4, level, 3 << 4 | 2, 1, 2, 3]))
    two = padded(bytes([1, 1, level, 5, 0]))
    for ends, profile, data in ((('10.0.0.1:4000', '10.0.0.2:5000'), 0xbede, one),
                                (('10.0.0.2:5000', '10.0.0.1:4000'), 0x1000, two)):
        extension = struct.pack('>HH', profile, len(data) // 4) + data
        packet = rtp(0, 1000 + n, 160 * n, 0x1234, extension + bytes(170), first=0x90)
        capture.udp(1.1 + 0.02 * n, *ends, packet)
call.hang_up(4)
capture.save()
