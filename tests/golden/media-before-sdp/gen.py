#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)
opus = ((96,), ['96 opus/48000/2'])
invite = call.request(0, 'INVITE')
call.respond(0.1, invite, 180)
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=1, payload_type=96, ticks=960).talk(0.5,
                                                                                        steady(100))
call.respond(1, invite, 200, body=sdp('10.0.0.2', 5000, *opus))
call.ack(1.05, invite, body=sdp('10.0.0.1', 4000, *opus))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=2, payload_type=96, ticks=960).talk(1.5,
                                                                                        steady(50))
call.hang_up(5)
capture.save()
