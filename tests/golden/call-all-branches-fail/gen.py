#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
caller, proxy, phones = '10.0.0.1:5060', '10.0.0.9:5060', ('10.0.0.2:5060', '10.0.0.3:5060')
call = Dialog(capture, caller, proxy)
invite = call.request(0, 'INVITE')
for n, (phone, status) in enumerate(zip(phones, (486, 480))):
    branch = Dialog(capture, proxy, phone, tags=('a1', 'b%d' % n))
    vias = ['Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK-fork-%d' % n] + invite.vias
    branch.fail(0.1 + n, branch.request(0.01, 'INVITE', cseq=1, vias=vias), status)
call.fail(1.2, invite, 486)
capture.save()
