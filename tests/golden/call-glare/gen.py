#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, sdp

capture = Capture()
call = Dialog(capture)
a, b = ('10.0.0.1', 4000), ('10.0.0.2', 5000)
call.establish(0, sdp(*a), sdp(*b))
hold = sdp(*a, attributes=['sendonly'], version=2)
fax = sdp(*b, formats=['t38'], media='image', profile='udptl', version=2)
mine = call.request(5, 'INVITE', body=hold)
theirs = call.request(5.01, 'INVITE', side=1, body=fax)
call.fail(5.03, mine, 491)
call.fail(5.04, theirs, 491)
again = call.request(8, 'INVITE', body=hold)
call.respond(8.1, again, 200, body=sdp(*b, attributes=['recvonly'], version=2))
call.ack(8.2, again)
again = call.request(10, 'INVITE', side=1, body=fax)
call.fail(10.1, again, 500, ['Retry-After: 3'])
again = call.request(11, 'INVITE', side=1, body=fax)
call.respond(11.1, again, 200, body=sdp(*a, formats=['t38'], media='image', profile='udptl',
                                        version=3))
call.ack(11.2, again)
call.hang_up(15)
capture.save()
