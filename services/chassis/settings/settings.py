"""What a deployment may set: environment variables named `AIGUILLAGE_…`, read once at start."""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PositiveInt, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.environment import NESTED, TRACE, unknown_variables
from chassis.environment import PREFIX as OURS
from chassis.settings.access import PREFIX, Access
from chassis.settings.faults import SettingFault, worded
from chassis.settings.tuning import Tuning

EMBEDDED = "embedded"


class KafkaAccess(BaseSettings, Access):
    """How services and commands are let in to the cluster: `AIGUILLAGE_KAFKA_SECURITY_PROTOCOL` and the like."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True
    )


class Settings(BaseSettings):
    """One service's settings; `read_settings` makes them, and words what cannot be read.

    `AIGUILLAGE_BUS__SESSION_TIMEOUT_MS=10000` and the like set the bus's numbers one by one.
    """

    model_config = SettingsConfigDict(
        env_prefix="AIGUILLAGE_", env_nested_delimiter="__", frozen=True, extra="ignore"
    )

    kafka: str = EMBEDDED
    """Bootstrap servers `host:port[,host:port…]`, or `embedded` for the in-process broker."""
    access: Access = Field(default_factory=KafkaAccess)
    """How one is let in there, each under a name of its own, `AIGUILLAGE_KAFKA_…`."""
    database: str | None = None
    """SQLAlchemy URL, `sqlite:///PATH` or `postgresql://USER@HOST/NAME`, in which `{service}` stands for the service's
    name; unset means one SQLite file per service under `data`. Several hosts: `?host=a:5432&host=b:5432`."""
    rules: Literal["topic"] | Path = Field(default=Path("rules"), union_mode="left_to_right")
    """Directory of the rule files, or `topic` to follow the compacted `rulebooks` topic."""
    rules_keys: Path | None = None
    """PEM file of the public Ed25519 keys whose signatures count; set, an unsigned rulebook is refused."""
    data: Path = Path("data")
    """Directory the services may write to."""
    host: str = "127.0.0.1"
    """Address the page, health and metrics are served on: this machine only unless told; `0.0.0.0` for every one."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Health, metrics and the web page; 0 takes a free port."""
    clock: Literal["wall", "event"] = "wall"
    """Whether deadlines follow the wall clock or the times of the events themselves."""
    trust: Literal["topics", "open"] = "topics"
    """Whether who speaks follows from the topic, or everyone is believed on shared topics."""
    scopes_in_memory: PositiveInt = 1_000
    """Scopes a service holds at once; the others are loaded from the journal when they are needed."""
    checkpoint_every_seconds: float = Field(default=60.0, gt=0)
    """How often the journal's heads that moved are published on `checkpoints`; at a graceful stop too."""
    adopt: str | None = None
    """Who answers for a journal that its group or cluster does not know, so that it is gone on with all the same."""
    bus: Tuning | None = None
    """The Kafka clients' numbers; unset means those that suit the broker in use."""

    @property
    def is_embedded(self) -> bool:
        """Whether the broker runs inside this process and keeps nothing."""
        return self.kafka == EMBEDDED

    @property
    def tuning(self) -> Tuning:
        """The numbers to run Kafka clients with."""
        return self.bus or (Tuning.embedded() if self.is_embedded else Tuning())

    def database_of(self, service: str) -> str:
        """The service's database: the one set (`{service}` stands for its name), else a SQLite file under `data`."""
        if self.database is not None:
            return self.database.replace("{service}", service)
        self.data.mkdir(parents=True, exist_ok=True)
        return f"sqlite+aiosqlite:///{self.data / service}.sqlite"


def read_settings(**given: Any) -> Settings:  # noqa: ANN401 - options as the command line gives them
    """Settings from the environment, with what is given in their place; `SettingFault` when one cannot be used."""
    if faults := unknown_variables(os.environ, variables()):
        raise SettingFault("\n".join(faults))
    try:
        return Settings(**given)
    except ValidationError as error:
        is_access = error.title == KafkaAccess.__name__
        raise worded(error, PREFIX if is_access else OURS) from None  # it would show what was given


def variables() -> set[str]:
    """The names of all variables that are read; one that ends with `__` stands for all that begin so."""
    plain = {f"{OURS}{name.upper()}" for name in Settings.model_fields if name not in {"access", "bus"}}
    return (
        plain | {TRACE} | {f"{PREFIX}{name.upper()}" for name in Access.model_fields} | {f"{OURS}BUS{NESTED}"}
    )
