#!/usr/bin/env python3
import random
from pcapbuild import Capture, Rtp

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

rng = random.Random(7)
audio.talk(1.0, [(n, n + rng.uniform(-0.05, 0.05)) for n in range(1000)])
capture.save()
