#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

CARRIER = '10.0.0.9:5060'
CHALLENGE = ['Proxy-Authenticate: Digest realm="x", nonce="n", algorithm=SHA-256']
CREDENTIALS = ['Proxy-Authorization: Digest username="u", response="1"']
capture = Capture()


def call(t, source, number, status, challenged=True):
    dialog = Dialog(capture, source, CARRIER, users=('trunk', number),
                    call_id='%s-%d@%s' % (number.lstrip('+'), t * 10, source))
    if challenged:
        dialog.fail(t + 0.05, dialog.request(t, 'INVITE'), 407, CHALLENGE)
    invite = dialog.request(t + 0.1, 'INVITE', headers=CREDENTIALS if challenged else ())
    if status != 503:
        dialog.respond(t + 2, invite, 180)
    if status == 200:
        dialog.respond(t + 4, invite, 200)
        dialog.ack(t + 4.1, invite)
    else:
        dialog.fail(t + 4, invite, status)


# an office calls half the world within a minute, and few of those are at their desks
for n in range(14):
    call(4 * n, '10.0.0.1:5060', '0044207946%04d' % n, 200 if n == 13 else (486, 480)[n % 2])
# the carrier has an outage, just when the export department calls
for n in range(6):
    call(100 + n, '10.0.0.2:5060', '+33155%07d' % n, 503)
# over the day some numbers are wrong
for n in range(12):
    call(200 + 61 * n, '10.0.0.3:5060', '0039055%05d' % n, 404 if n % 2 else 200, n % 3 == 0)
# a dialler: few of very many answer
for n in range(24):
    call(1000 + n, '10.0.0.4:5060', '08912%06d' % n, (480, 486, 408)[n % 3])
capture.save()
