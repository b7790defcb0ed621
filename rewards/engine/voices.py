"""Who writes an answer, as a row of prompts names them, and the answer that they are asked for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from commons.sentences import sentence as _
from rewards.engine.errors import BadInput
from rewards.engine.prompts import Prompt


@dataclass(frozen=True)
class Voice:
    """One who answers: a model folder of ours, or what a ``server`` at ``url`` calls its model."""

    model: str
    source: str
    temperature: float
    top_p: float = 0.95
    max_new_tokens: int = 192
    role: str = ""
    server: str = ""
    url: str = ""

    @property
    def is_policy_elsewhere(self) -> bool:
        """A policy of ours that a server answers for: it must say that it serves that very one."""
        return bool(self.server) and self.source.startswith("policy:")

    def sampling(self) -> dict[str, object]:
        """What of it is kept beside its answer."""
        kept = asdict(self)
        return {name: kept[name] for name in kept if name not in ("source", "url") and kept[name]}


def read_voice(given: object) -> Voice:
    """A voice out of a file; refuses by name what it does not know or cannot draw with."""
    known = {each.name: each for each in fields(Voice)}
    if not isinstance(given, Mapping) or not {"model", "source", "temperature"} <= given.keys():
        raise BadInput(_("a voice needs 'model', 'source' and 'temperature'."))
    for name, value in given.items():
        if name not in known:
            raise BadInput(
                _(
                    "a voice has no %(name)s; its names are %(known)s.",
                    name=repr(name),
                    known=", ".join(known),
                )
            )
        wants = (int, float) if known[name].type is float else (known[name].type,)
        if type(value) not in wants:
            raise BadInput(
                _(
                    "%(name)s of a voice cannot be %(value)s.",
                    name=repr(name),
                    value=repr(value),
                )
            )
    voice = Voice(**given)
    if voice.temperature <= 0 or not 0 < voice.top_p <= 1 or voice.max_new_tokens < 1:
        raise BadInput(
            _(
                "a voice needs a 'temperature' above 0, a 'top_p' in (0, 1], and "
                "'max_new_tokens' of 1 or more."
            )
        )
    return voice


@dataclass
class Slot:
    """One answer that is wanted of a prompt; its text is empty until a draw is fit to be shown.

    ``finish`` is ``stop`` where the answer ended by itself and ``length`` where it was cut.
    ``unfit`` says of every draw that was thrown away why.
    """

    prompt: Prompt
    voice: Voice
    number: int = 0
    text: str = ""
    tokens: int | None = None  # None: the server did not say
    finish: str = ""
    seed: int = 0
    unfit: list[str] = field(default_factory=list)

    def sampling(self) -> dict[str, object]:
        """How its answer was drawn."""
        return {
            **self.voice.sampling(),
            "seed": self.seed,
            "tokens": self.tokens,
            "finish": self.finish,
            "finished": self.finish == "stop",
        }
