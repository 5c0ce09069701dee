#!/usr/bin/env python3
from faxbuild import Fax, image
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1).talk(1.1, steady(50))
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=2).talk(1.1, steady(50))
again = call.request(2.2, 'INVITE', side=1, body=image('10.0.0.2', 5000))
call.respond(2.3, again, 200, body=image('10.0.0.1', 4000))
call.ack(2.4, again)
fax = Fax(capture)
fax.t = 2.5
fax.train()
fax.octets(0, b'\x5a' * 100)
fax.say(0, (0xf4, b''))
fax.say(1, (0x31, b''))
call.hang_up(30)
capture.save()
