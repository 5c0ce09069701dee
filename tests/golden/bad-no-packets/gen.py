#!/usr/bin/env python3
from pcapbuild import Capture

Capture().save()
