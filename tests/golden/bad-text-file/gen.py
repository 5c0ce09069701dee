#!/usr/bin/env python3
from pcapbuild import write

write(b'INVITE sip:bob@example.org SIP/2.0\r\n' * 20)
