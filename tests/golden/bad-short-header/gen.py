#!/usr/bin/env python3
from pcapbuild import Capture, write

write(Capture().to_bytes()[:11])
