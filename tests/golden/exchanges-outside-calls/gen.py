#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
options = Dialog(capture, call_id='one@example.org')
options.respond(0.25, options.request(0, 'OPTIONS'), 200)
text = Dialog(capture, call_id='two@example.org')
text.respond(1.5, text.request(1, 'MESSAGE', body='hello', content_type='text/plain'), 404)
dead = Dialog(capture, '10.0.0.1:5060', '10.0.0.99:5060', call_id='three@example.org')
request = dead.request(2, 'OPTIONS')
for t in (2.5, 3.5):
    dead.send(t, 0, request.bytes)
capture.save()
