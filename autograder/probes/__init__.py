"""Public functions that run beside student code and return plain data.

A probe knows no expected value and gives no verdict.  The check judges what it returns.
"""
