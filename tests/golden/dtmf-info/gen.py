#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, sdp

PROXY = '10.0.0.9:5060'
RELAY = {'content_type': 'application/dtmf-relay'}

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))


def press(t, side, body, status=200, form=RELAY, proxied=False):
    info = call.request(t, 'INFO', side, body=body, **form)
    if proxied:  # the same request on its second hop
        vias = ['Via: SIP/2.0/UDP %s;branch=z9hG4bK-proxy-%d' % (PROXY, info.cseq)] + info.vias
        second = call.request(None, 'INFO', side, body=body, cseq=info.cseq, vias=vias, **form)
        capture.udp(t + 0.001, PROXY, call.ends[1 - side], second.bytes)
        capture.udp(t + 0.02, call.ends[1 - side], PROXY, call.respond(None, second, status))
    call.respond(t + 0.03, info, status)


press(2.0, 0, 'Signal=1\r\nDuration=160\r\n')
press(3.0, 0, 'Signal=*\r\nDuration=100\r\n', proxied=True)
press(4.0, 0, 'Signal=4\r\nDuration=200\r\n', status=401)
press(4.1, 0, 'Signal=4\r\nDuration=200\r\n')
press(5.0, 1, '#', form={'content_type': 'application/dtmf'})
press(6.0, 0, 'Signal=9\r\n', status=488)
press(7.0, 0, '<media_control/>', form={'content_type': 'application/media_control+xml'})
call.hang_up(8)
capture.save()
