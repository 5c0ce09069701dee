#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

call.establish(0)
bye = call.request(5, 'BYE')
call.respond(5.01, bye, 407, ['Proxy-Authenticate: Digest realm="example.org", nonce="a"'])
bye = call.request(5.02, 'BYE', headers=['Proxy-Authorization: Digest username="alice"'])
call.respond(5.03, bye, 200)
capture.save()
