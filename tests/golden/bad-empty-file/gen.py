#!/usr/bin/env python3
from pcapbuild import write

write(b'')
