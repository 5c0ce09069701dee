#!/usr/bin/env python3
import random
from pcapbuild import Capture

capture = Capture()
rng = random.Random(5)
for n in range(5000):
    capture.udp(n * 0.001, '10.0.0.%d:%d' % (rng.randrange(1, 3), 2 * rng.randrange(1024, 1028)),
                '10.0.1.%d:%d' % (rng.randrange(1, 3), 2 * rng.randrange(1024, 1028)),
                rng.randbytes(rng.randrange(8, 32)))
capture.save()
