#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, ethernet, sdp, steady
from tunnelbuild import TUNNELS, backbone, vn_tag

capture = Capture(encapsulate=lambda frame: frame)
for n, tunnel in enumerate(TUNNELS + [vn_tag, backbone]):
    frames = tunnel in (vn_tag, backbone)
    capture.encapsulate = tunnel if frames else lambda packet, tunnel=tunnel: ethernet(tunnel(packet))
    a, b = '10.0.%d.1' % n, '10.0.%d.2' % n
    call = Dialog(capture, a + ':5060', b + ':5060', call_id='call-%d@example.org' % n)
    call.establish(n, sdp(a, 4000), sdp(b, 5000))
    Rtp(capture, a + ':4000', b + ':5000', ssrc=2 * n + 1).talk(n + 1.1, steady(3))
    Rtp(capture, b + ':5000', a + ':4000', ssrc=2 * n + 2).talk(n + 1.1, steady(3))
    call.hang_up(n + 2)
capture.save()
