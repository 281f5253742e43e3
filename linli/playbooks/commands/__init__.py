"""The words of `linli playbook WORD`, one module each: what it asks for, and what it does.

`run` gets the options as a mapping from name to value, writes to `out`, and returns the exit code.
"""
