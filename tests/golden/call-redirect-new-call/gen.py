#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture, call_id='one')
invite = call.request(0, 'INVITE')
call.fail(0.1, invite, 302, ['Contact: <sip:carol@10.0.0.3>;q=0.7, <sip:dave@10.0.0.4>;q=0.5'])
second = Dialog(capture, '10.0.0.1:5060', '10.0.0.4:5060', call_id='two', users=('alice', 'bob'))
second.request(0.2, 'INVITE', uri='sip:dave@10.0.0.4')
capture.save()
