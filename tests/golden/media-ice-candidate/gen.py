#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)


def offer(host, port, relay, relay_port):
    return sdp(host, port, attributes=[
        'ice-ufrag:x', 'ice-pwd:' + 'y' * 22,
        'candidate:1 1 UDP 2130706431 %s %d typ host' % (host, port),
        'candidate:2 1 UDP 16777215 %s %d typ relay raddr %s rport %d' % (relay, relay_port, host,
                                                                          port)])


call.establish(0, offer('10.0.0.1', 4000, '198.51.100.7', 49170),
               offer('10.0.0.2', 5000, '198.51.100.8', 49180))
Rtp(capture, '198.51.100.7:49170', '198.51.100.8:49180', ssrc=1).talk(1.1, steady(50))
Rtp(capture, '198.51.100.8:49180', '198.51.100.7:49170', ssrc=2).talk(1.1, steady(50))
call.hang_up(5)
capture.save()
