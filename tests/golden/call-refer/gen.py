#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

call.establish(0)
refer = call.request(3, 'REFER', headers=['Refer-To: <sip:carol@example.org>'])
call.respond(3.01, refer, 202)
notify = call.request(3.1, 'NOTIFY', side=1, body='SIP/2.0 200 OK\r\n',
                      content_type='message/sipfrag',
                      headers=['Event: refer', 'Subscription-State: terminated;reason=noresource'])
call.respond(3.11, notify, 200)
call.hang_up(4)
capture.save()
