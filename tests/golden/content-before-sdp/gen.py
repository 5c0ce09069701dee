#!/usr/bin/env python3
import struct

from pcapbuild import Capture, Dialog, Rtp, sdp

TEXT, RED, H264 = 98, 99, 97
BLOCKS = ['Hel', 'lo ', 'be', 'fo', 're ', 'any ', 'SDP', '.']
LOST = 3


def body(host, port):
    text = sdp(host, port, (RED, TEXT), ['98 t140/1000', '99 red/1000'], ['fmtp:99 98/98'],
               media='text')
    return text + f'm=video {port + 2} RTP/AVP {H264}\r\na=rtpmap:{H264} H264/90000\r\n'


def red(n):
    older = BLOCKS[n - 1].encode() if n else b''
    return struct.pack('>IB', (0x80 | TEXT) << 24 | 300 << 10 | len(older), TEXT) + older + \
        BLOCKS[n].encode()


def picture(n):
    """A slice of an IDR picture every tenth time, else of a P picture (H.264 7.3.1, 7.4.3)."""
    return (b'\x65\xb8' if n % 10 == 0 else b'\x41\xe0') + bytes(60)


capture = Capture()
call = Dialog(capture)
invite = call.request(0, 'INVITE')
call.respond(0.1, invite, 180)
text = Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=1, payload_type=RED)
video = Rtp(capture, '10.0.0.2:5002', '10.0.0.1:4002', ssrc=2, payload_type=H264)
for n in range(len(BLOCKS)):
    if n != LOST:
        text.send(0.5 + 0.3 * n, 100 + n, 1000 + 300 * n, marker=n == 0, payload=red(n))
for n in range(60):
    video.send(0.5 + n / 30, 200 + n, 3000 * n, marker=True, payload=picture(n))
call.respond(2, invite, 200, body=body('10.0.0.2', 5000))
call.ack(2.05, invite, body=body('10.0.0.1', 4000))
call.hang_up(5)
capture.save()
