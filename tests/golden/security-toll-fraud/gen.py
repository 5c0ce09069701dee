#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

PBX = '10.0.0.9:5060'
CHALLENGE = ['Proxy-Authenticate: Digest realm="x", nonce="n", algorithm=SHA-256']
CREDENTIALS = ['Proxy-Authorization: Digest username="u", response="1"']
capture = Capture()


def call(t, source, number, status, headers=(), user='100'):
    dialog = Dialog(capture, source, PBX, users=(user, number),
                    call_id='%s-%d@%s' % (number.lstrip('+'), t * 10, source))
    invite = dialog.request(t, 'INVITE', headers=headers)
    if status == 200:
        dialog.respond(t + 0.2, invite, 180)
        dialog.respond(t + 1, invite, 200)
        dialog.ack(t + 1.1, invite)
    else:
        dialog.fail(t + 0.1, invite, status,
                    CHALLENGE if status == 407 and not headers else ())


# what the internet tries on every open port: nobody knows a password
for n in range(6):
    call(n, '198.51.100.1:5060', '0097259%07d' % n, 407)

# one number behind every prefix; the fifth is that of the outside line
for n, prefix in enumerate(('00', '9', '0', '011', '900')):
    call(20 + n, '198.51.100.2:5060', prefix + '972598765432', 404)
for n in range(8):
    call(30 + 0.1 * n, '198.51.100.2:5060', '9000972598765432', 200)

# a stolen password: at night a minute of premium numbers, all barred until one is not
for n in range(6):
    call(60 + n, '198.51.100.3:5060', '+88213%07d' % n, 407)
    call(60.5 + n, '198.51.100.3:5060', '+88213%07d' % n, 403, CREDENTIALS)
for n in range(9):
    call(70 + n, '198.51.100.3:5060', '+37120%07d' % n, 200, CREDENTIALS)
capture.save()
