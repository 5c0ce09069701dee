#!/usr/bin/env python3
from faxbuild import Fax, image
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
call.establish(0, image('10.0.0.1', 4000), image('10.0.0.2', 5000))
fax = Fax(capture)
fax.t = 1.2
fax.lose(2)
fax.train()
fax.lose(5)
fax.octets(0, b'\x5a' * 800)
fax.say(0, (0xf4, b''))
call.hang_up(30)
capture.save()
