#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)


def two(host, audio, video):
    return sdp(host, audio) + 'm=video %d RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n' % video


call.establish(0, two('10.0.0.1', 4000, 4002), two('10.0.0.2', 0, 5002))
Rtp(capture, '10.0.0.1:4002', '10.0.0.2:5002', ssrc=1, payload_type=97, ticks=3000,
    ptime=1 / 30).talk(1.1, steady(60))
call.hang_up(5)
capture.save()
