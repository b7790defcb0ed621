"""Shares, as people say them."""

from django import forms

PERCENT = 100


class PercentField(forms.FloatField):
    """A share of 0 … 1 that people see and type in per cent; None: nothing need be said."""

    def __init__(self, *, most: float = PERCENT, least: float = 0, **kwargs: object) -> None:
        super().__init__(min_value=least, max_value=most, **kwargs)  # type: ignore[arg-type]

    def prepare_value(self, value: object) -> object:
        if isinstance(value, float | int):
            return f"{round(value * PERCENT, 4):g}"
        return value

    def clean(self, value: object) -> float | None:
        said: float | None = super().clean(value)
        return None if said is None else round(said / PERCENT, 6)
