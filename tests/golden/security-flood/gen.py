#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

PBX = '10.0.0.9:5060'
CHALLENGE = ['WWW-Authenticate: Digest realm="x", nonce="n", algorithm=SHA-256']
capture = Capture()


def ask(t, source, method, n, users=('x', 'y')):
    dialog = Dialog(capture, source, PBX, users=users, call_id='%s%d@%s' % (method, n, source))
    return dialog, dialog.request(t, method, contact=False)


# who asks, when, what, and what it gets: INVITE refused for want of room, OPTIONS that nobody
# answers, REGISTER without a password
for n in range(120):
    dialog, invite = ask(n / 150, '10.0.0.61:5060', 'INVITE', n)
    dialog.respond(n / 150 + 0.01, invite, 503)
    ask(10 + n / 200, '10.0.0.62:5060', 'OPTIONS', n)
    dialog, register = ask(20 + n / 130, '10.0.0.63:5060', 'REGISTER', n, ('x', 'x'))
    dialog.respond(20.01 + n / 130, register, 401, CHALLENGE)

# a phone that called as phones do, and then has something installed
for n in range(5):
    call = Dialog(capture, '10.0.0.64:5060', PBX, call_id='call%d@phone' % n)
    call.establish(30 + 10 * n)
    call.hang_up(35 + 10 * n)
for n in range(110):
    ask(90 + n / 120, '10.0.0.64:5060', 'INVITE', n)
capture.save()
