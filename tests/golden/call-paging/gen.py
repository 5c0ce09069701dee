#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture, users=('pager', 'all'))
group = sdp('239.1.2.3', 7000).replace('c=IN IP4 239.1.2.3', 'c=IN IP4 239.1.2.3/16')
call.establish(0, group, sdp('239.1.2.3', 7000, attributes=['recvonly']))
Rtp(capture, '10.0.0.1:4000', '239.1.2.3:7000').talk(1.1, steady(100))
call.hang_up(4)
capture.save()
