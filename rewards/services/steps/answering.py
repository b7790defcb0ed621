"""The promoted policy writes next week's candidates."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import orjson
from django.db import transaction

from annotate import gateway
from rewards.enums import Stage
from rewards.models import EngineRun
from rewards.selectors import campaigns_of
from rewards.services.folders import run_folder
from rewards.services.knobs import PROMPTS_TO_ANSWER
from rewards.services.policy import policy_folder
from rewards.services.steps.claim import Claim, write_prompts
from rewards.services.steps.teaching import promoted


def answer(claim: Claim) -> Stage:
    """Answer the prompts that are short of candidates; tasks follow where there are enough."""
    campaigns = campaigns_of(claim.cycle.track)
    prompts = gateway.prompts_to_answer(campaigns, limit=PROMPTS_TO_ANSWER)
    if claim.step.run is None and not prompts:
        claim.keep(says="no prompt is short of candidates")
        return Stage.DONE
    run = _run(claim, prompts)
    claim.carry_out(run)
    kept = gateway.add_candidates(_answers(run_folder(run) / "answers.jsonl"))
    claim.keep(candidates=kept, tasks=gateway.open_new_tasks(campaigns))
    return Stage.DONE


@transaction.atomic
def _run(claim: Claim, prompts: list[gateway.PromptText]) -> EngineRun:
    policy = promoted(claim)
    run = claim.request(
        "generate", {"model": str(policy_folder(policy)), "source": f"policy:{policy.uuid}"}
    )
    if "prompts" not in run.config:
        run.config["prompts"] = str(write_prompts(run, prompts))
        run.config["out"] = str(run_folder(run) / "answers.jsonl")
        run.save(update_fields=["config"])
    return run


def _answers(file: Path) -> Iterator[gateway.CandidateText]:
    with file.open("rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            yield gateway.CandidateText(
                prompt=UUID(row["prompt"]),
                messages=row["messages"],
                source=row["source"],
                sampling={**row["sampling"], "model": row["source"]},  # its id, not its folder
            )
