#!/usr/bin/env python3
from faxbuild import V17_SHORT, Fax, image, indicator
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
call.establish(0, image('10.0.0.1', 4000, 3), image('10.0.0.2', 5000, 3))
fax = Fax(capture, version=3)
fax.t = 1.2
fax.train()
fax.octets(0, b'\x5a' * 100)
fax.say(0, (0xf2, b''))
fax.say(1, (0x31, b''))
fax.packet(0, indicator(V17_SHORT))
fax.octets(0, b'\x5a' * 60)
fax.say(0, (0xf4, b''))
fax.say(1, (0x32, b''))
fax.say(0, (0xdf, b''))
call.hang_up(30)
capture.save()
