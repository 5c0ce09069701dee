#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

REGISTRAR = '10.0.0.9:5060'
CHALLENGE = ['WWW-Authenticate: Digest realm="x", nonce="n", algorithm=SHA-256']
STALE = ['WWW-Authenticate: Digest realm="x", nonce="m", algorithm=SHA-256, stale=true']
capture = Capture()


def try_password(t, source, user, n, status, headers=CHALLENGE, delay=0.2):
    dialog = Dialog(capture, source, REGISTRAR, users=(user, user),
                    call_id='%s-%s@%s' % (user, n, source))
    word = ['Authorization: Digest username="%s", response="%s"' % (user, n)]
    register = dialog.request(t, 'REGISTER', headers=word)
    dialog.respond(t + delay, register, status, headers if status == 401 else ())


# one user, six at a time: the answers come when the next ones are on their way
for n in range(18):
    try_password(n / 6, '198.51.100.1:5060', 'alice', n, 401, delay=0.9)
try_password(9, '198.51.100.1:5060', 'alice', 'right', 200)
# one password for every user
for n in range(8):
    try_password(20 + n, '198.51.100.2:5060', 'user%d' % n, 0, 403)
# among many good phones behind one address there is one that guesses
for n in range(12):
    try_password(40 + n, '203.0.113.1:%d' % (20000 + n), 'p%d' % n, 'ok', 200)
for n in range(6):
    try_password(60 + n, '203.0.113.1:30000', 'carol', n, 401)

# no attacks. A registrar was restarted: the nonces of the phones behind a NAT are old, not all of
# the answers say so, and some phones have a wrong password
for n in range(15):
    source = '203.0.113.2:%d' % (20000 + n)
    try_password(100 + n, source, 'q%d' % n, 'old', 401, STALE if n % 3 == 0 else CHALLENGE)
    try_password(100.5 + n, source, 'q%d' % n, 'new', 401 if n % 5 == 0 else 200)
# a phone that keeps its NAT open by registering, with the old nonce every time
for n in range(8):
    try_password(130 + 5 * n, '203.0.113.3:5060', 'dave', 'old%d' % n, 401)
    try_password(130.5 + 5 * n, '203.0.113.3:5060', 'dave', 'new%d' % n, 200)
# and one with a wrong password, that waits between its attempts
for n in range(6):
    try_password(200 + 20 * n, '203.0.113.4:5060', 'erin', n, 401)
capture.save()
