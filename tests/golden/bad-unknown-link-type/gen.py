#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture(link=147, encapsulate=lambda packet: packet)
Dialog(capture).request(0, 'OPTIONS')
capture.save()
