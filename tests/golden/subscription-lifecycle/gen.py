#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
watch = Dialog(capture, '10.0.0.1:5060', '10.0.0.9:5060', users=('alice', 'bob'))
ask = watch.request(0, 'SUBSCRIBE', headers=['Event: presence', 'Expires: 600'])
watch.respond(0.02, ask, 202, ['Expires: 600'])
watch.answered = True
for t, state in ((0.1, 'active;expires=599'), (30, 'terminated;reason=noresource')):
    tell = watch.request(t, 'NOTIFY', side=1, body='<presence/>',
                         content_type='application/pidf+xml',
                         headers=['Event: presence', 'Subscription-State: ' + state])
    watch.respond(t + 0.01, tell, 200)
capture.save()
