"""Which language model judges a run, from the environment. The key is never printed or written."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.errors import SafeguardError


class JudgeUnusable(SafeguardError):
    """No judge is configured, it may not judge this run, or it does not answer."""


class JudgeSettings(BaseSettings):
    """SAFEGUARD_JUDGE_URL (the address that ends in /v1), SAFEGUARD_JUDGE_MODEL and SAFEGUARD_JUDGE_KEY."""

    model_config = SettingsConfigDict(
        env_prefix="SAFEGUARD_JUDGE_", frozen=True, extra="ignore", str_strip_whitespace=True
    )

    url: str = ""
    model: str = ""
    key: SecretStr = SecretStr("")

    @property
    def host(self) -> str:
        """The host, and the port where one is given: all of the address that is printed or kept. Empty for no address.

        >>> JudgeSettings(url="https://name:word@judge.example.org:8443/v1?a=b").host
        'judge.example.org:8443'
        """
        try:
            parts = urlsplit(self.url)
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            return ""
        return f"{parts.hostname}{port}" if parts.scheme in ("http", "https") and parts.hostname else ""

    def check(self) -> None:
        """Raises: JudgeUnusable when no judge is configured."""
        if not self.url or not self.model:
            raise JudgeUnusable(
                "No judge is configured; set SAFEGUARD_JUDGE_URL and SAFEGUARD_JUDGE_MODEL, and SAFEGUARD_JUDGE_KEY "
                "where the server asks for one."
            )
        if not self.host:
            raise JudgeUnusable("SAFEGUARD_JUDGE_URL is no address; it looks like https://host/v1.")
        if not re.fullmatch(r"[!-~]*", self.key.get_secret_value()):
            raise JudgeUnusable("SAFEGUARD_JUDGE_KEY holds a space or a letter that no key has; copy it again.")
