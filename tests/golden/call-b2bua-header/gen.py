#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()


def invite(t, call_id, users, headers=()):
    call = Dialog(capture, '10.0.0.%d:5060' % (t + 1), '10.0.1.%d:5060' % (t + 1), call_id=call_id,
                  users=users)
    call.request(t, 'INVITE', headers=headers)


invite(0, 'a@front', ('alice', 'bob'))
invite(1, 'b@back', ('trunk', 'x1'), ['X-CID: a@front'])
invite(2, 'd@back', ('trunk', 'x2'), ['x-call-id: c@front'])
invite(3, 'c@front', ('carol', 'dave'))
invite(4, 'e@front', ('erin', 'frank'), ['Cisco-Guid: 1-2-3-4'])
invite(5, 'f@back', ('trunk', 'x3'), ['Cisco-Guid: 1-2-3-4'])
invite(6, 'g@back', ('trunk', 'x4'), ['X-Unknown: a@front'])
capture.save()
