"""The same acts as the pages', in JSON: take, look, draft, submit, skip, give back.

Errors are problem documents; they say the same words as the pages, because services say them.
"""
