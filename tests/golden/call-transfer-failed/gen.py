#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
call.establish(0)
call.respond(2.01, call.request(2, 'REFER', headers=['Refer-To: <sip:carol@example.org>']), 603)
refer = call.request(3, 'REFER', headers=['Refer-To: tel:+4930123456'])
call.respond(3.01, refer, 202)
notify = call.request(4, 'NOTIFY', side=1, body='SIP/2.0 486 Busy Here\r\n',
                      content_type='message/sipfrag',
                      headers=['Event: refer;id=%d' % refer.cseq, 'Subscription-State: terminated'])
call.respond(4.01, notify, 200)
late = call.request(5, 'NOTIFY', side=1, body='SIP/2.0 20\xff', content_type='message/sipfrag',
                    headers=['Event: refer', 'Subscription-State: terminated'])
call.respond(5.01, late, 200)
capture.save()
