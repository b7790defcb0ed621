"""Pages: find what this person may see, parse, call one service, answer.

    desk -> assignment (take, skip, release) -> demonstration | ranking -> the next item

campaign, snapshot and dashboard are what leads look at.
"""
