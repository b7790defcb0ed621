"""One file that holds an installation, and the way back from it.

    database copied in one snapshot -> artifacts, keys, database, manifest -> one file, renamed once
    every digest verified -> artifacts, keys, database put back -> tables brought up to date

The file is a gzipped tar that any tar reads; its manifest, written last, names every member's
SHA-256. What follows from a restore for the work itself (leases end) is ``annotate``'s.
"""
