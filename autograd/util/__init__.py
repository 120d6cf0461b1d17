"""What every part may use and none is about: files, interrupts, hints in error messages.

Rests on the standard library alone.
"""
