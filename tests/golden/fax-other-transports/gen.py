#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
over_tcp = sdp('10.0.0.1', 4000, ('t38',), attributes=('T38FaxVersion:0',), media='image', profile='TCP')
call = Dialog(capture)
call.fail(0.5, call.request(0, 'INVITE', body=over_tcp), 488)
call = Dialog(capture, call_id='call-2@example.org')
rtpmap, version = ('98 t38/8000',), ('T38FaxVersion:0',)
call.establish(10, sdp('10.0.0.1', 4000, (98,), rtpmap, version), sdp('10.0.0.2', 5000, (98,), rtpmap, version))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', payload_type=98, payload=b'\x06').talk(11.1, steady(20))
call.hang_up(20)
capture.save()
