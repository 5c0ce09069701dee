#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
front = Dialog(capture, '10.0.0.1:5060', '10.0.0.9:5060', call_id='front', users=('alice', 'bob'))
back = Dialog(capture, '10.1.0.9:5060', '10.1.0.2:5060', call_id='back', users=('t', 'x1'))
front.request(0, 'INVITE', headers=['P-Charging-Vector: icid-value="12AF9";orig-ioi=home.net'])
back.request(3, 'INVITE', headers=['P-Charging-Vector: icid-value=12AF9'])
capture.save()
