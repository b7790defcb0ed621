"""Which settings fit a track's three reward models, by how each of them learns.

    {"rewarding": {"method": "head", "depths": [0.4, 0.5]}}    full and lora: train_reward; head

An engine refuses what it does not know by itself, but in the middle of the night: here it is said
when a track is saved, and before anything of a cycle is trained.
"""

from collections.abc import Callable, Mapping

from commons.sentences import sentence as _
from rewards.enums import Method, Stage
from rewards.errors import OddSetting
from rewards.models import Track
from rewards.services.shares import LEARNERS

# As train_head names what it can be told; what the cycle says itself is not among them.
HEAD_KNOBS = (
    "covariates",
    "depths",
    "folds",
    "heads",
    "layers",
    "max_length",
    "poolings",
    "seed",
    "share",
    "trusts_all",
)
HEADS_ALONE = frozenset({"covariates", "depths", "folds", "heads", "poolings", "trusts_all"})


def refuse_misfits(track: Track) -> None:
    """Refuse by name what does not fit how a reward model of the track learns."""
    for stage in LEARNERS:
        own: Mapping[str, object] = track.knobs.get(str(stage), {})
        method = _method_of(stage, own)
        for name in own:
            _refuse_name(stage, name, is_head=method == Method.HEAD)
        if method == Method.HEAD:
            _refuse_looks(stage, own)
        else:
            _refuse_depth(stage, own.get("layers"))


def _refuse_name(stage: Stage, name: str, *, is_head: bool) -> None:
    """What else a model that is trained cannot be told, its script says."""
    if is_head and name != "method" and name not in HEAD_KNOBS:
        raise OddSetting(
            "knobs",
            _(
                "“%(name)s” of “%(stage)s” does not fit its method “head”, which can be told "
                "%(known)s.",
                name=name,
                stage=stage,
                known=", ".join(HEAD_KNOBS),
            ),
        )
    if not is_head and name in HEADS_ALONE:
        raise OddSetting(
            "knobs",
            _(
                "“%(name)s” of “%(stage)s” fits its method “head” alone.",
                name=name,
                stage=stage,
            ),
        )


def _method_of(stage: Stage, own: Mapping[str, object]) -> Method:
    said = own.get("method", Method.FULL)
    if said not in Method.values:
        raise OddSetting(
            "knobs",
            _(
                "“method” of “%(stage)s” is one of %(known)s, not %(said)s.",
                stage=stage,
                known=", ".join(Method.values),
                said=said,
            ),
        )
    return Method(said)


def _refuse_looks(stage: Stage, own: Mapping[str, object]) -> None:
    """A head reads some layers: a list of them, or of shares of the base's depth."""
    if not _all(own.get("layers", []), _is_layer):
        raise OddSetting(
            "knobs",
            _(
                "“layers” of a head are a list, as [12, 14], not %(said)s (“%(stage)s”).",
                said=own["layers"],
                stage=stage,
            ),
        )
    if "depths" in own and not (own["depths"] and _all(own["depths"], _is_share)):
        raise OddSetting(
            "knobs",
            _(
                "“depths” of “%(stage)s” are shares of the base's layers, each above 0 and at most "
                "1, as [0.4, 0.5], not %(said)s.",
                said=own["depths"],
                stage=stage,
            ),
        )


def _refuse_depth(stage: Stage, layers: object) -> None:
    """A model that is trained has the first so many layers."""
    if layers is not None and not _is_layer(layers):
        raise OddSetting(
            "knobs",
            _(
                "“layers” of “%(stage)s” is a whole number from 1 on, or null for all of them, not "
                "%(said)s; only the method “head” takes a list.",
                said=layers,
                stage=stage,
            ),
        )


def _all(said: object, fits: Callable[[object], bool]) -> bool:
    return isinstance(said, list) and all(map(fits, said))


def _is_layer(said: object) -> bool:
    return type(said) is int and said >= 1


def _is_share(said: object) -> bool:
    return type(said) in (int, float) and 0 < said <= 1  # type: ignore[operator]  # is a number
