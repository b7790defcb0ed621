"""Standard Webhooks' symmetric signature, v1 (https://www.standardwebhooks.com).

    signature = "v1," + base64(HMAC-SHA256(secret, id + "." + timestamp + "." + body))

A secret is ``whsec_`` and the base64 of 24 to 64 bytes. Pure: knows nothing of Django.
"""

import base64
import hashlib
import hmac

PREFIX = "whsec_"


def signed_headers(secret: str, *, message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers by which a receiver knows who sent the body, and when (Unix seconds)."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message=message, timestamp=timestamp, body=body),
    }


def signature(secret: str, *, message: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def secret_from(key: str, *, name: str, generation: int) -> str:
    """A channel's secret, as it follows from the installation's key: nothing of it is stored.

    Another generation is another secret, and knowing one tells nothing of the others or the key.
    """
    about = f"laurel webhook secret:{name}:{generation}".encode()
    return PREFIX + base64.b64encode(hmac.digest(key.encode(), about, hashlib.sha256)).decode()
