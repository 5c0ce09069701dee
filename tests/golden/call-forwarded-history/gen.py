#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture, users=('alice', 'bob'))
invite = call.request(0, 'INVITE', uri='sip:dave@example.org', headers=[
    'History-Info: <sip:bob@example.org>;index=1,'
    ' <sip:carol@example.org;cause=302>;index=1.1;mp=1,'
    ' <sip:carol@10.0.0.3?Reason=SIP%3Bcause%3D486%3Btext%3D%22Busy%22>;index=1.1.1;rc=1.1,'
    ' <sip:carol@10.0.0.4?Reason=SIP%3Bcause%3D486>;index=1.1.2;rc=1.1',
    'History-Info: <sip:dave@example.org>;index=1.2;mp=1.1.2'])
call.respond(1, invite, 200)
call.ack(1.05, invite)
call.hang_up(3)
capture.save()
