#!/usr/bin/env python3
import base64
import json

from pcapbuild import BASE, Capture, Dialog, sdp


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip('=')


def identity(iat, **claims):
    header = {'alg': 'ES256', 'ppt': 'shaken', 'typ': 'passport', 'x5u': 'https://cert.example/a'}
    body = dict(claims, iat=iat, orig={'tn': '12155551212'}, dest={'tn': ['12125551213']})
    return 'Identity: %s.%s.c2lnbmF0dXJl;info=<https://cert.example/a>;alg=ES256;ppt=shaken' % (
        part(header), part(body))


HEADERS = [
    'P-Asserted-Identity: "Alice" <sip:+12155551212@carrier.example;user=phone>, <tel:+12155551212>',
    'P-Preferred-Identity: <sip:alice@example.org>',
    'Remote-Party-ID: "Alice" <sip:1212@pbx.example>;party=calling;privacy=off',
    'Privacy: id;critical',
    'Diversion: <sip:carol@example.org>;reason=user-busy;counter=1',
    'History-Info: <sip:carol@example.org>;index=1, <sip:bob@example.org;cause=486>;index=1.1;mp=1',
    identity(BASE - 5, attest='A', origid='123e4567-e89b-12d3-a456-426655440000'),
    identity(BASE - 3600),
    'Identity: ..c2lnbmF0dXJl;info=<https://cert.example/b>;alg=ES256',
    'Identity: "bm90aGluZw=="',
    'Identity: e30!.e30.c2ln',
]

capture = Capture()
call = Dialog(capture)
invite = call.request(0, 'INVITE', headers=HEADERS, body=sdp('10.0.0.1', 4000))
call.respond(0.1, invite, 180)
call.respond(1, invite, 200, body=sdp('10.0.0.2', 5000))
call.ack(1.05, invite)
bye = call.request(5, 'BYE', 1, headers=['Reason: Q.850;cause=31;text="Normal, \\"odd\\""'])
call.respond(5.01, bye, 200)

failed = Dialog(capture, call_id='2@example.org')
invite = failed.request(10, 'INVITE', body=sdp('10.0.0.1', 4002))
failed.fail(10.1, invite, 480, ['Reason: Q.850;cause=19, SIP;cause=480'])
capture.save()
