#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
first = Dialog(capture, call_id='one')
first.establish(0)
consult = Dialog(capture, '10.0.0.2:5060', '10.0.0.3:5060', call_id='two@example.org',
                 users=('bob', 'carol'), tags=('c1', 'd1'))
consult.establish(5)
refer = first.request(8, 'REFER', side=1, headers=[
    'Refer-To: <sip:carol@example.org?Replaces=two%40example.org%3Bto-tag%3Dd1%3Bfrom-tag%3Dc1>'])
first.respond(8.01, refer, 202)
third = Dialog(capture, '10.0.0.1:5060', '10.0.0.3:5060', call_id='three', users=('alice', 'carol'),
               tags=('e1', 'f1'))
invite = third.request(8.1, 'INVITE', headers=['Replaces: two@example.org;to-tag=d1;from-tag=c1'])
third.respond(8.2, invite, 200)
third.ack(8.25, invite)
capture.save()
