#!/usr/bin/env python3
import pathlib
import runpy

runpy.run_path(str(pathlib.Path(__file__).resolve().parents[1] / 'msrp-chat' / 'gen.py'))
