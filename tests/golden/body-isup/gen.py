#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, sdp

TYPE = 'multipart/mixed; boundary=part'
IAM = bytes.fromhex('010061010a00020907049094986745230a070413940321436500')
ACM = bytes.fromhex('0616140129010100')
CPG = bytes.fromhex('2c0100')
REL = bytes.fromhex('0c0200028291')
RLC = bytes.fromhex('1000')


def both(description, isup):
    part = b'--part\r\nContent-Type: %s\r\n\r\n%s\r\n'
    return (part % (b'application/sdp', description.encode()) +
            part % (b'application/isup; version=itu-t92+; base=itu-t92+', isup) + b'--part--\r\n')


def alone(isup):
    return {'body': isup, 'content_type': 'application/isup; version=itu-t92+'}


capture = Capture()
call = Dialog(capture)
invite = call.request(0, 'INVITE', body=both(sdp('10.0.0.1', 4000, (8,)), IAM), content_type=TYPE)
call.respond(0.1, invite, 183, body=both(sdp('10.0.0.2', 5000, (8,)), ACM), content_type=TYPE)
call.respond(0.5, invite, 180, **alone(CPG))
call.respond(1, invite, 200, **alone(bytes.fromhex('0900')))
call.ack(1.05, invite)
bye = call.request(5, 'BYE', 1, **alone(REL))
call.respond(5.01, bye, 200, **alone(RLC))
capture.save()
