#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, endpoint, ip_packet, rtp, sdp, steady, udp

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE', body=sdp('10.0.0.1', 4000))
call.respond(0.1, invite, 180)
call.respond(1, invite, 200, body=sdp('10.0.0.2', 5000))
call.ack(1.05, invite)
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')
audio.talk(1.1, steady(50))
a, b = (endpoint(end)[0] for end in call.ends)
for t, quoted in ((0.01, udp(*call.ends, invite.bytes)),
                  (1.2, udp(*audio.ends, rtp(0, 1001, 50160, audio.ssrc, audio.payload)))):
    capture.ip(t, ip_packet(b, a, 1, b'\x03\x03\0\0\0\0\0\0' + quoted))
call.hang_up(5)
capture.save()
