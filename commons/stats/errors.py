"""Why a figure cannot be given; each message says what is missing."""


class StatisticsError(Exception):
    """A figure is undefined for these data."""


class InconsistentData(StatisticsError):
    """The data contradict themselves."""


class NotEnoughData(StatisticsError):
    """There are too few observations for the figure or for its interval."""


class NotEnoughOverlap(NotEnoughData):
    """Nothing, or too little, was judged twice."""


class Disconnected(StatisticsError):
    """The comparisons do not tie all items together, so no finite ratings exist."""


class NotConverged(StatisticsError):
    """The search for the maximum ended before it was found."""
