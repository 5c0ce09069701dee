#!/usr/bin/env python3
from hepbuild import hep3
from pcapbuild import Capture, Dialog, sdp

capture = Capture()


def call(t, caller, attributes, agent_says=None):
    """@agent_says: the protocol by the word of a capture agent; what it sends was readable there."""
    dialog = Dialog(capture, caller, '10.0.0.9:5060', call_id='call-%d' % t)
    if agent_says:
        dialog.send = lambda t, side, data: capture.udp(
            t, '10.8.0.1:40000', '10.8.0.9:9060',
            hep3(t, dialog.ends[side], dialog.ends[1 - side], data, protocol=agent_says))
    offer = sdp(caller.rpartition(':')[0], 4000, attributes=attributes)
    dialog.establish(t, offer.replace('RTP/AVP', 'RTP/SAVP') if attributes else offer,
                     sdp('10.0.0.9', 5000))
    dialog.hang_up(t + 2)


KEY = 'crypto:1 AES_CM_128_HMAC_SHA1_80 inline:MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm'
call(0, '10.0.0.1:5060', [KEY])
call(10, '10.0.0.2:5060', ['fingerprint:sha-256 ' + ':'.join(['AB'] * 32), 'setup:actpass'])
call(20, '10.0.0.3:5060', [])
call(30, '10.0.0.4:5061', [KEY], 22)  # TLS
call(40, '10.0.0.5:5060', [KEY], 6)
capture.save()
