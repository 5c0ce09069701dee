#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
invite = call.request(0, 'INVITE', headers=['Supported: 100rel'])


def prack(t, rseq, status):
    request = call.request(t, 'PRACK', headers=['RAck: %d 1 INVITE' % rseq], to_tag='b1')
    call.respond(t + 0.1, request, status)


def reliable(t, status, rseq):
    call.respond(t, invite, status, ['Require: 100rel', 'RSeq: %d' % rseq])


reliable(0.1, 183, 7)
prack(0.2, 7, 200)
for t in (1, 1.5, 2.5, 4.5):
    reliable(t, 180, 8)
reliable(6, 180, 9)
prack(6.1, 9, 481)
call.respond(7, invite, 200)
call.ack(7.1, invite)
call.hang_up(9)
capture.save()
