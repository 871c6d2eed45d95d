"""Signals as a person's shell has them, whatever started the tests.

A runner in the background (`nohup`, `&`) has SIGHUP and SIGINT ignored, and every program that a
test starts would inherit that.
"""

from __future__ import annotations

import signal
import threading

if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
