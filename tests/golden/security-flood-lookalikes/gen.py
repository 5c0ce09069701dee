#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

REGISTRAR, SWITCH = '10.0.0.9:5060', '10.0.0.8:5060'
NAT, TRUNK, BALANCER = '203.0.113.5', '10.0.0.7:5060', '10.0.0.6:5060'
CHALLENGE = ['WWW-Authenticate: Digest realm="x", nonce="n", algorithm=SHA-256']
CREDENTIALS = ['Authorization: Digest username="u", response="1"']
capture = Capture()


def phone(n):
    user = 'u%d' % n
    return Dialog(capture, '%s:%d' % (NAT, 20000 + n), REGISTRAR, users=(user, user),
                  call_id='reg%d@nat' % n)


# the power is back: all phones of an office register in the same second; the registrar is slow,
# lets the first half in, and has no more room for the others
for n in range(105):
    p, t = phone(n), 0.9 * n / 105
    register = p.request(t, 'REGISTER', contact=False)
    p.respond(t + 1.5, register, 401, CHALLENGE)
    register = p.request(t + 1.6, 'REGISTER', headers=CREDENTIALS, contact=False)
    p.respond(t + 3.5, register, 200 if n < 6 else 503)

# a trunk that has a hundred calls in a second; they ring for some time
calls = []
for n in range(101):
    t = 10 + 0.9 * n / 101
    call = Dialog(capture, TRUNK, SWITCH, call_id='call%d@trunk' % n)
    invite = call.request(t, 'INVITE', contact=False)
    if n % 4 == 0:
        call.respond(t + 2.5, invite, 180)
    if n % 20 == 0:
        call.respond(t + 9, invite, 486)

# a load balancer asks each of its servers every 2 s; half of them know no such user
for n in range(12):
    ping = Dialog(capture, BALANCER, '10.0.1.%d:5060' % (n + 1), users=('ping', 'ping'),
                  call_id='ping%d@balancer' % n)
    for k in range(4):
        t = 20 + 2 * k + n / 100
        ping.respond(t + 0.001, ping.request(t, 'OPTIONS', contact=False), 404)
capture.save()
