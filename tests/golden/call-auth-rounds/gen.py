#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()


def challenge(nonce, realm='example.org', more='', name='Proxy-Authenticate'):
    return '%s: Digest realm="%s", nonce="%s", algorithm=MD5%s' % (name, realm, nonce, more)


def credentials(nonce, realm='example.org', name='Proxy-Authorization'):
    return ('%s: Digest username="alice", realm="%s", nonce="%s", uri="sip:bob@example.org", '
            'response="00112233445566778899aabbccddeeff"' % (name, realm, nonce))


def finish(call, t, invite):
    call.respond(t, invite, 200)
    call.ack(t + 0.05, invite)
    call.hang_up(t + 1)


# the nonce of the first challenge is too old when it is used
call = Dialog(capture, call_id='stale')
call.fail(0.1, call.request(0, 'INVITE'), 407, [challenge('n1')])
call.fail(0.4, call.request(0.3, 'INVITE', headers=[credentials('n1')]), 407,
          [challenge('n2', more=', stale=true')])
finish(call, 1, call.request(0.6, 'INVITE', headers=[credentials('n2')]))
# wrong password: challenged again, and given up
call = Dialog(capture, call_id='refused')
call.fail(10.1, call.request(10, 'INVITE'), 407, [challenge('n3')])
call.fail(10.3, call.request(10.2, 'INVITE', headers=[credentials('n3')]), 407, [challenge('n4')])
# the proxy and the user agent both ask
call = Dialog(capture, call_id='two-realms')
call.fail(20.1, call.request(20, 'INVITE'), 407, [challenge('n5', 'proxy.example.org')])
call.fail(20.3, call.request(20.2, 'INVITE', headers=[credentials('n5', 'proxy.example.org')]), 401,
          [challenge('n6', 'pbx.example.org', name='WWW-Authenticate')])
finish(call, 21, call.request(20.5, 'INVITE', headers=[
    credentials('n5', 'proxy.example.org'),
    credentials('n6', 'pbx.example.org', 'Authorization')]))
# 403 is another way to say no
call = Dialog(capture, call_id='forbidden')
call.fail(30.1, call.request(30, 'INVITE'), 407, [challenge('n7')])
call.fail(30.3, call.request(30.2, 'INVITE', headers=[credentials('n7')]), 403)
capture.save()
