#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

call.establish(0)
info = call.request(2, 'INFO', body='Signal=5\r\nDuration=160\r\n',
                    content_type='application/dtmf-relay')
call.respond(2.01, info, 200)
text = call.request(3, 'MESSAGE', side=1, body='hello', content_type='text/plain')
call.respond(3.01, text, 202)
call.hang_up(4)
capture.save()
