from annotate.export.pseudonyms import pseudonym, snapshot_key

KEY = b"a key of the project"
POLICY = {"ties": "drop", "imported": True}


def named(rater: str, *, key: bytes = KEY, members: str = "m", **policy: object) -> str:
    own = snapshot_key(key, members_digest=members, policy={**POLICY, **policy})
    return pseudonym(own, rater)


def test_equal_members_policy_and_key_give_equal_pseudonyms() -> None:
    again = snapshot_key(KEY, members_digest="m", policy=dict(reversed(POLICY.items())))

    assert pseudonym(again, "ada") == named("ada")


def test_a_pseudonym_is_the_same_on_another_day() -> None:
    assert named("ada") == "r-9509c058028bfaad"


def test_raters_keys_members_and_policies_all_make_another_pseudonym() -> None:
    found = [
        named("ada"),
        named("bob"),
        named("ada", key=b"another key"),
        named("ada", members="others"),
        named("ada", ties="keep"),
    ]

    assert len(set(found)) == len(found)
