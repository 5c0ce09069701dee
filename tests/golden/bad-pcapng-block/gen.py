#!/usr/bin/env python3
import struct
from pcapbuild import write

section = struct.pack('<IIIHHqI', 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1, 28)
write(section + struct.pack('<II', 1, 3) + bytes(40))
