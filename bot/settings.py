"""The only reader of the environment: where data, key and content lie, and what this deployment allows."""

import getpass
import os
import sys
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "secret-review"


def _key_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "secret-review"


class Settings(BaseSettings):
    """Read once at start. Every name is documented in the README."""

    model_config = SettingsConfigDict(env_prefix="SECRET_REVIEW_", frozen=True, extra="ignore", env_ignore_empty=True)

    data: Path = Field(default_factory=lambda: _data_home() / "trial")
    key_file: Path = Field(default_factory=lambda: _key_home() / "master.key")
    reporter_key: Path | None = Field(default=None, validation_alias="SECRET_REVIEW_REPORTER_KEY_FILE")
    signing_key_file: Path | None = None  # beside the master key where none is named
    checkpoints: str | None = None  # the places outside that checkpoints are written to; a folder beside the key
    smtp: str | None = Field(default=None, repr=False)  # of the mail server for mailto: among them
    mail_from: str | None = None
    content: Path | None = None  # the company's own folder, laid over ours
    report_url: str | None = None  # where people reach the page for reports without a chat trace
    operator: bool = False  # whether --as may be used outside the trial folder; each use is written in the audit
    slack_bot_token: str | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN", repr=False)
    slack_signing_secret: str | None = Field(default=None, validation_alias="SLACK_SIGNING_SECRET", repr=False)
    slack_app_token: str | None = Field(default=None, validation_alias="SLACK_APP_TOKEN", repr=False)
    slack_api_url: str | None = Field(default=None, validation_alias="SLACK_API_URL")  # of an emulator
    teams_app_id: str | None = Field(default=None, validation_alias="TEAMS_APP_ID")
    teams_app_password: str | None = Field(default=None, validation_alias="TEAMS_APP_PASSWORD", repr=False)
    teams_tenant_id: str | None = Field(default=None, validation_alias="TEAMS_TENANT_ID")
    teams_sdk: Literal["botbuilder", "agents"] = Field(default="botbuilder", validation_alias="TEAMS_SDK")
    teams_playground: bool = Field(default=False, validation_alias="TEAMS_PLAYGROUND")  # without credentials, locally
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")

    @property
    def reporter_key_file(self) -> Path:
        """The master key of who reported what: a file of its own, beside the other where none is named."""
        return self.reporter_key or self.key_file.with_name("reporter.key")

    @property
    def signing_key(self) -> Path:
        return self.signing_key_file or self.key_file.with_name("signing.key")

    @property
    def checkpoint_places(self) -> str:
        return self.checkpoints or f"folder:{self.key_file.with_name('checkpoints')}"


def name_operator() -> str:
    """The system user who runs this, as the system has it and not as the environment says."""
    if sys.platform == "win32":
        return getpass.getuser()
    import pwd  # noqa: PLC0415 - only where there are such users

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # an id without a name, as in containers
        return str(os.getuid())
