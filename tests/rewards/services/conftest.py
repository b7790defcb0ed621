"""A track whose campaign has rankings, and an engine that answers at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest
from pytest_django.fixtures import Settings

from annotate.models import Campaign
from rewards.models import Track
from rewards.runner import Progress
from rewards.services import run as runs
from rewards.services.track import create_track
from tests.factories import make_campaign, make_member, make_prompt, make_ranking

Result = dict[str, object]

BETTER = {"value": 0.7, "low": 0.6, "high": 0.8}
CARD: Result = {
    "prompts": 300,
    "pairs": 1800,
    "ties": 0,
    "accuracy": {"value": 0.75, "low": 0.72, "high": 0.78},
    "longer": {"value": 0.6, "low": 0.57, "high": 0.63},
    "advantage": {"value": 0.15, "low": 0.11, "high": 0.19},
    "by_strength": {},
    "worst": [],
}
COMPARISON: Result = {
    "prompts": 300,
    "fresh": 300,
    "win_rate": BETTER,
    "win_rate_fresh": BETTER,
    "length_controlled": BETTER,
    "against_base": None,
    "by_skill": {},
    "length_ratio": 1.0,
    "refusals": {"policy": 0.0, "against": 0.0},
    "cut_off": {"policy": 0.0, "against": 0.0},
    "samples": [],
}


@dataclass
class FakeEngine:
    """Stands where the child process would be: notes what it is asked, answers from a table."""

    results: dict[str, Result] = field(
        default_factory=lambda: {"evaluate_reward": dict(CARD), "evaluate_policy": dict(COMPARISON)}
    )
    asked: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    before: Callable[[str], None] = lambda module: None
    environments: list[Mapping[str, str]] = field(default_factory=list)
    roles: list[str] = field(default_factory=lambda: ["promoted"] * 4)  # who gives each answer

    def __call__(
        self,
        module: str,
        folder: Path,
        config: Mapping[str, object],
        on_progress: Callable[[Progress], bool],
        environment: Mapping[str, str] | None = None,
    ) -> Result:
        folder.mkdir(parents=True, exist_ok=True)  # as the runner does
        self.asked.append((module, config))
        self.environments += [environment] if environment else []
        self.before(module)
        if module == "generate":
            _answer(Path(str(config["prompts"])), Path(str(config["out"])), self.roles)
        return self.results.get(module, {})

    @property
    def modules(self) -> list[str]:
        return [module for module, _ in self.asked]


def _answer(prompts: Path, out: Path, roles: list[str]) -> None:
    rows = [orjson.loads(line) for line in prompts.read_bytes().splitlines()]
    with out.open("wb") as file:
        for row in rows:
            for i, role in enumerate(roles):
                answer = {
                    "prompt": row["id"],
                    "messages": [{"role": "assistant", "content": f"Answer {i}."}],
                    "source": "policy",
                    "sampling": {"temperature": 0.7, "role": role, "model": str(out.parent)},
                }
                file.write(orjson.dumps(answer) + b"\n")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> FakeEngine:
    fake = FakeEngine()
    monkeypatch.setattr(runs, "run_engine", fake)
    base = tmp_path / "base"
    base.mkdir()
    (base / "config.json").write_text("{}")
    settings.ARTIFACTS, settings.BASE_MODEL = tmp_path / "artifacts", str(base)
    return fake


@pytest.fixture
def campaign(db: None) -> Campaign:
    """Six strict rankings by one person, prompts on both sides, one prompt without answers."""
    campaign = make_campaign()
    person = make_member(campaign)
    for _ in range(6):
        make_ranking(campaign, person)
    for number in range(12):
        make_prompt(campaign, text=f"Is {number} even?", answers=["a", "b", "c", "d"])
    make_prompt(campaign, text="Who answers me?")
    return campaign


@pytest.fixture
def track(campaign: Campaign, engine: FakeEngine) -> Track:
    return create_track(name="Main", campaigns=[campaign.uuid], by=None)
