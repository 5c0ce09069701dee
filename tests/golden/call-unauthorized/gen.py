#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

for t in (0, 0.1):
    invite = call.request(t, 'INVITE',
                          headers=['Proxy-Authorization: Digest username="alice"'] if t else [])
    call.fail(t + 0.05, invite, 407, ['Proxy-Authenticate: Digest realm="example.org", nonce="a"'])
capture.save()
