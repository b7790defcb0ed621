"""What programs ask of reward models, in JSON: score these answers, and what was found.

Errors are problem documents, as in all of the API.
"""
