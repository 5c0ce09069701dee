#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

first = call.request(0, 'INVITE')
call.fail(0.05, first, 407, ['Proxy-Authenticate: Digest realm="example.org", nonce="a"'])
again = call.request(0.1, 'INVITE', headers=[
    'Proxy-Authorization: Digest username="alice", realm="example.org", nonce="a", '
    'uri="sip:bob@example.org", response="00000000000000000000000000000000"'])
call.respond(0.2, again, 180)
call.respond(1, again, 200)
call.ack(1.05, again)
call.hang_up(5)
capture.save()
