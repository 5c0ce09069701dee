#!/usr/bin/env python3
import base64

from pcapbuild import Capture, Dialog, rtp, sdp
from srtp_vectors import SUITES, protect

ROLLS_AT = 65500
SUITE_OF = {'10.0.0.1': ('F8_128_HMAC_SHA1_80', 0), '10.0.0.2': ('F8_128_HMAC_SHA1_80', 5),
            '10.0.0.3': ('AES_CM_128_HMAC_SHA1_32', 3), '10.0.0.4': ('NULL_HMAC_SHA1_80', 1)}


def master_of(host):
    _, key_bytes, salt_bytes, _, _ = SUITES[SUITE_OF[host][0]]
    return bytes((int(host[-1]) + 7 * i) & 255 for i in range(key_bytes + salt_bytes))


def body(host):
    suite, kdr = SUITE_OF[host]
    line = f'crypto:1 {suite} inline:' + base64.b64encode(master_of(host)).decode()
    return sdp(host, 4000, attributes=[line + (f' KDR={kdr}' if kdr else '')], profile='RTP/SAVP')


def media(capture, start, sender, receiver, ssrc):
    """The 21st packet is damaged."""
    suite, kdr = SUITE_OF[sender]
    for n in range(60):
        index = ROLLS_AT + n
        packet = protect(suite, master_of(sender), rtp(0, index & 0xffff, 160 * n, ssrc, bytes(160)),
                         index >> 16, kdr=kdr)
        if n == 20:
            packet = packet[:30] + bytes([packet[30] ^ 1]) + packet[31:]
        capture.udp(start + 0.02 * n, f'{sender}:4000', f'{receiver}:4000', packet)


def call(capture, start, caller, callee, ssrc):
    dialog = Dialog(capture, f'{caller}:5060', f'{callee}:5060', call_id=f'f8-{caller}')
    dialog.establish(start, body(caller), body(callee))
    media(capture, start + 1.1, caller, callee, ssrc)
    media(capture, start + 1.1, callee, caller, ssrc + 1)
    dialog.hang_up(start + 6)


if __name__ == '__main__':
    capture = Capture()
    call(capture, 0, '10.0.0.1', '10.0.0.2', 0x1111)
    call(capture, 10, '10.0.0.3', '10.0.0.4', 0x3333)
    capture.save()
