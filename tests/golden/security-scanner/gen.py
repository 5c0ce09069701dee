#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

PBX = '10.0.0.9:5060'
EVIL = '10.0.0.66:5060'
AGENT = ['User-Agent: friendly-scanner']
CHALLENGE = ['WWW-Authenticate: Digest realm="x", nonce="n", algorithm=SHA-256']

capture = Capture()
for n in range(12):
    probe = Dialog(capture, EVIL, PBX, users=('scan', str(100 + n)), call_id='probe%d@evil' % n)
    probe.respond(n + 0.01, probe.request(n, 'OPTIONS', headers=AGENT), 404)

crack = Dialog(capture, EVIL, PBX, users=('alice', 'alice'), call_id='crack@evil')
for n in range(8):
    word = ['Authorization: Digest username="alice", response="%d"' % n] if n else []
    ask = crack.request(20 + n, 'REGISTER', headers=AGENT + word)
    last = n == 7
    crack.respond(20.01 + n, ask, 200 if last else 401, [] if last else CHALLENGE)

phone = Dialog(capture, '10.0.0.1:5060', PBX, users=('bob', 'bob'), call_id='reg@phone')
phone.respond(30.01, phone.request(30, 'REGISTER'), 401, CHALLENGE)
word = ['Authorization: Digest username="bob", response="1"']
phone.respond(30.03, phone.request(30.02, 'REGISTER', headers=word), 200)

call = Dialog(capture, '10.0.0.1:5060', PBX, call_id='call@phone')
call.establish(40)
call.send = lambda t, side, data: capture.udp(t, '10.0.0.77:5060' if side == 0 else PBX,
                                              PBX if side == 0 else '10.0.0.77:5060', data)
call.hang_up(50)
capture.save()
