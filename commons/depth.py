"""How deep JSON may be nested: PURE. Whoever walks it, here or in a library, recurses."""

DEEPEST = 100  # of lists and objects in each other; Python's own walks end at about 900
INNER = (list, dict)


def is_too_deep(value: object, *, most: int = DEEPEST) -> bool:
    """Whether lists and objects lie more than ``most`` deep in each other, without recursion."""
    level = [value] if isinstance(value, INNER) else []
    for _ in range(most):
        if not level:
            return False
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, INNER)
        ]
    return bool(level)
