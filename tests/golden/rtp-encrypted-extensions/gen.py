#!/usr/bin/env python3
import base64
import struct

from pcapbuild import Capture, Dialog, rtp, sdp
from srtp_vectors import SUITES, cover_extension, protect

ENCRYPT = 'urn:ietf:params:rtp-hdrext:encrypt '
LEVEL = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'
MID = 'urn:ietf:params:rtp-hdrext:sdes:mid'
MAPS = ['extmap:2 ' + MID, 'extmap:3 ' + ENCRYPT + LEVEL + ' vad=on']
ROLLS_AT = 65500  # the keystream depends on the roll-over counter


def padded(elements):
    return elements + bytes(-len(elements) % 4)


def master_of(suite, seed):
    _, key_bytes, salt_bytes, _, _ = SUITES[suite]
    return bytes((seed + 7 * i) & 255 for i in range(key_bytes + salt_bytes))


def inline(suite, master):
    return f'crypto:1 {suite} inline:' + base64.b64encode(master).decode()


def media(capture, start, ends, suite, master, ssrc, two_bytes):
    """Half speech, a quarter soft, a quarter silence; more than are opened one by one."""
    for n in range(100):
        level = 0x80 | 20 if n < 50 else 40 if n < 75 else 127
        if two_bytes:
            profile, data = 0x1000, padded(bytes([2, 1, 0x61, 3, 1, level]))
        else:
            profile, data = 0xbede, padded(bytes([2 << 4, 0x61, 3 << 4, level]))
        extension = struct.pack('>HH', profile, len(data) // 4) + data
        index = ROLLS_AT + n
        packet = rtp(0, index & 0xffff, 160 * n, ssrc, extension + bytes(20), first=0x90)
        covered = cover_extension(suite, master, packet, index >> 16, {3})
        capture.udp(start + 1.1 + 0.02 * n, *ends, protect(suite, master, covered, index >> 16))


def call(capture, start, hosts, suites, attributes=()):
    """Each side's own suite; its key in its SDP unless there are other @attributes."""
    dialog = Dialog(capture, *(f'{host}:5060' for host in hosts), call_id=f'extensions-{hosts[0]}')
    masters = [master_of(suite, 11 + side) for side, suite in enumerate(suites)]
    bodies = []
    for side in (0, 1):
        extra = list(attributes) or [inline(suites[side], masters[side])]
        bodies.append(sdp(hosts[side], 4000, attributes=MAPS + extra, profile='RTP/SAVP'))
    dialog.establish(start, *bodies)
    ends = [f'{host}:4000' for host in hosts]
    media(capture, start, ends, suites[0], masters[0], 0x1111, False)
    media(capture, start, ends[::-1], suites[1], masters[1], 0x2222, True)
    dialog.hang_up(start + 6)


if __name__ == '__main__':
    capture = Capture()
    call(capture, 0, ('10.0.0.1', '10.0.0.2'),
         ('AES_CM_128_HMAC_SHA1_80', 'AES_256_CM_HMAC_SHA1_80'))
    call(capture, 10, ('10.0.0.3', '10.0.0.4'),
         ('AES_192_CM_HMAC_SHA1_80', 'NULL_HMAC_SHA1_80'))
    call(capture, 20, ('10.0.0.5', '10.0.0.6'),
         ('AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_80'),
         ['fingerprint:sha-256 ' + ':'.join(['AB'] * 32), 'setup:actpass'])
    capture.save()
