#!/usr/bin/env python3
import struct
from pcapbuild import Capture, Dialog, write

capture = Capture()
call = Dialog(capture)
call.establish(0)
call.hang_up(5)
data = capture.to_bytes()
times = iter((0, 1, 0xffffffff, 0, 0x7fffffff, 0x80000000))
out, at = [data[:24]], 24
while at < len(data):
    kept = struct.unpack('<I', data[at + 8:at + 12])[0]
    out += [struct.pack('<I', next(times)), data[at + 4:at + 16 + kept]]
    at += 16 + kept
write(b''.join(out))
