"""Signed so that any library of Standard Webhooks accepts it."""

import base64

from commons.notices.signing import secret_from, signature, signed_headers

# The vector that the reference libraries are tested with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE, TIMESTAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_reference_vector():
    assert signature(SECRET, message=MESSAGE, timestamp=TIMESTAMP, body=BODY) == SIGNED


def test_the_three_headers():
    assert signed_headers(SECRET, message=MESSAGE, timestamp=TIMESTAMP, body=BODY) == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNED,
    }


def test_a_secret_is_32_bytes_and_another_for_each_webhook_generation_and_key():
    secrets = {
        secret_from(key, name=name, generation=generation)
        for key in ("k", "l")
        for name in ("a", "b")
        for generation in (1, 2)
    }

    assert len(secrets) == 8
    assert {len(base64.b64decode(each.removeprefix("whsec_"))) for each in secrets} == {32}
