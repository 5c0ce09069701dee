#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
for n, (user, room) in enumerate((('alice', '1'), ('bob', '1'), ('carol', '2'))):
    call = Dialog(capture, '10.0.0.%d:5060' % (n + 1), '10.0.0.9:5060', call_id=user,
                  users=(user, 'room' + room))
    invite = call.request(n, 'INVITE')
    call.ends = (call.ends[0], '10.0.0.9:5060')
    answer = call.respond(None, invite, 200)
    contact = b'Contact: <sip:room%s@10.0.0.9:5060>' % room.encode()
    call.send(n + 0.5, 1, answer.replace(contact, contact + b';isfocus'))
    call.ack(n + 0.55, invite)
    call.hang_up(n + 5)
capture.save()
