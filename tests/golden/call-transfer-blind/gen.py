#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

FRAG = {'content_type': 'message/sipfrag;version=2.0'}
capture = Capture()
call = Dialog(capture, call_id='one')
call.establish(0)
refer = call.request(3, 'REFER', side=1, headers=['Refer-To: <sip:carol@example.org>',
                                                  'Referred-By: <sip:bob@example.org>'])
call.respond(3.01, refer, 202)
event = 'Event: refer;id=%d' % refer.cseq
n1 = call.request(3.1, 'NOTIFY', body='SIP/2.0 100 Trying\r\n',
                  headers=[event, 'Subscription-State: active;expires=60'], **FRAG)
call.respond(3.11, n1, 200)
target = Dialog(capture, '10.0.0.1:5060', '10.0.0.3:5060', call_id='two', users=('alice', 'carol'),
                tags=('c1', 'd1'))
target.establish(3.2)
n2 = call.request(4.3, 'NOTIFY', body='SIP/2.0 200 OK\r\n',
                  headers=[event, 'Subscription-State: terminated;reason=noresource'], **FRAG)
call.respond(4.31, n2, 200)
call.hang_up(5, side=1)
target.hang_up(8)
capture.save()
