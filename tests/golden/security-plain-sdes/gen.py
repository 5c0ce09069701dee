#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, sdp

capture = Capture()


def call(t, caller, attributes):
    dialog = Dialog(capture, caller, '10.0.0.9:5060', call_id='call-%d' % t)
    offer = sdp(caller.rpartition(':')[0], 4000, attributes=attributes)
    dialog.establish(t, offer.replace('RTP/AVP', 'RTP/SAVP') if attributes else offer,
                     sdp('10.0.0.9', 5000))
    dialog.hang_up(t + 2)


KEY = 'crypto:1 AES_CM_128_HMAC_SHA1_80 inline:MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm'
call(0, '10.0.0.1:5060', [KEY])
call(10, '10.0.0.2:5060', ['fingerprint:sha-256 ' + ':'.join(['AB'] * 32), 'setup:actpass'])
call(20, '10.0.0.3:5060', [])
capture.save()
