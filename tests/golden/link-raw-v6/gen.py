#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, RAW, Rtp, sdp, steady

capture = Capture(RAW)

call = Dialog(capture, '[2001:db8::1]:5060', '[2001:db8::2]:5060')
call.establish(0, sdp('2001:db8::1', 4000), sdp('2001:db8::2', 5000))
Rtp(capture, '[2001:db8::1]:4000', '[2001:db8::2]:5000', ssrc=1).talk(1.1, steady(50))
Rtp(capture, '[2001:db8::2]:5000', '[2001:db8::1]:4000', ssrc=2).talk(1.1, steady(50))
call.hang_up(5)
capture.save()
