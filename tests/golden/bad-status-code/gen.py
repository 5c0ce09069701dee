#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
invite = call.request(0, 'INVITE')
for n, code in enumerate((b'099', b'700', b'999', b'20')):
    data = call.respond(None, invite, 486)
    call.send(0.1 * (n + 1), 1, data.replace(b'486', code, 1))
capture.save()
