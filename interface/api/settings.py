"""The settings of the service: each by flag, by environment or in a TOML file, in that order.

What a setting does is said in ``docs/service.md``. Not here: the options of the command line.
"""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from limits import parse
from platformdirs import user_data_path
from pydantic import AfterValidator, ByteSize, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from domain.errors import InvalidInput, UnreadableFile
from domain.transparency.signed_note import COSIGNATURE, VerifierKey

PREFIX: Final = "EVAL752_"
CONFIG: Final = f"{PREFIX}CONFIG"
_PAIRS: Final = (("tls_cert", "tls_key"), ("timestamp_authorities", "timestamp_roots"))
"""Settings of which neither goes without the other."""

_SAID: Final = ("Input should be ", "Value error, ")
"""How the library begins what it expects."""


def _rate(text: str) -> str:
    try:
        parse(text)
    except ValueError:
        raise ValueError("a rate such as 600/minute") from None
    return text


def _networks(text: str) -> str:
    try:
        for name in filter(None, text.split(",")):
            ip_network(name.strip())
    except ValueError:
        raise ValueError("addresses and networks, with commas between them") from None
    return text


def _addresses(text: str) -> str:
    for address in addresses_of(text):
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("addresses, http or https, with commas between them")
    return text


def addresses_of(text: str) -> list[str]:
    """The addresses of a list with commas."""
    return [each.strip() for each in text.split(",") if each.strip()]


Rate = Annotated[str, AfterValidator(_rate)]
Networks = Annotated[str, AfterValidator(_networks)]


def _witnesses(text: str) -> str:
    for each in addresses_of(text):
        key, _, url = each.partition(" ")
        try:
            VerifierKey.parse(key, COSIGNATURE)
        except InvalidInput:
            raise ValueError("a verifier key of type 04 and an address, for each") from None
        _addresses(url or "-")
    return text


Witnesses = Annotated[str, AfterValidator(_witnesses)]
Addresses = Annotated[str, AfterValidator(_addresses)]
Size = Annotated[ByteSize, Field(ge=1, le=2**53)]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]


class Settings(BaseSettings):
    """Where the service listens, whom it believes, and how much it takes and keeps."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    data: Path = Field(default_factory=lambda: user_data_path("eval752", appauthor=False))
    host: str = Field(default="127.0.0.1", min_length=1, max_length=253)
    port: int = Field(default=7520, ge=0, le=65_535)
    open: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    proxies: Networks = ""
    max_body_size: Size = ByteSize(64 * 2**20)
    max_upload_size: Size = ByteSize(4 * 2**30)
    body_timeout: Seconds = 30
    token_rate: Rate = "6000/minute"  # noqa: S105 - a rate, no secret
    failure_rate: Rate = "30/minute"
    heartbeat: Seconds = 15
    graceful_timeout: int = Field(default=30, ge=0, le=3600)
    checkpoint_interval: Seconds = 60
    public_log: bool = False
    exports_kept: Annotated[ByteSize, Field(ge=0, le=2**53)] = ByteSize(8 * 2**30)
    policy: Path | None = None
    timestamp_authorities: Addresses = ""
    timestamp_roots: Path | None = None
    witnesses: Witnesses = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def settings_customise_sources(  # the library says what it is called with
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then the environment, then the file; no other places."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def flag_of(name: str) -> str:
    """The option of the command line that a setting has."""
    return f"--{name.replace('_', '-')}"


def variable_of(name: str) -> str:
    """The variable of the environment that a setting has."""
    return f"{PREFIX}{name.upper()}"


def read_settings(flags: Mapping[str, str | bool], config: str | None = None) -> Settings:
    """The settings of a service with these flags, by their names, and with this file.

    Raises:
        InvalidInput: at a value out of range, or a name in the file that is no setting.
        UnreadableFile: when the file is not there, or is no TOML.
    """
    file = config or os.environ.get(CONFIG) or None
    if file is not None and not Path(file).is_file():
        raise UnreadableFile(file, "a file of settings", "none")
    try:
        settings = _read(flags, file)
    except ValidationError as found:
        raise _invalid(found, flags, file) from None
    except (TOMLDecodeError, UnicodeDecodeError, OSError) as found:
        raise UnreadableFile(str(file), "a file of settings in TOML", str(found)) from found
    for pair in _PAIRS:
        alone = [name for name in pair if getattr(settings, name)]
        if len(alone) == 1:
            [other] = {*pair} - {*alone}
            place = _place(alone[0], flags, file)
            raise InvalidInput(place, f"{flag_of(other)} beside it", "none")
    return settings


def _read(flags: Mapping[str, Any], file: str | None) -> Settings:
    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    return FromFile(**flags)


def _invalid(
    found: ValidationError, flags: Mapping[str, str | bool], file: str | None
) -> InvalidInput:
    first = found.errors(include_url=False)[0]
    name = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        remedy = "docs/service.md names all settings."
        return InvalidInput(f"{file}: {name}", "the name of a setting", "none of them", remedy)
    expected = first["msg"].partition(", unable to")[0]
    for said in _SAID:
        expected = expected.removeprefix(said)
    return InvalidInput(_place(name, flags, file), expected, ascii(first["input"])[:80])


def _place(name: str, flags: Mapping[str, str | bool], file: str | None) -> str:
    """Where the value came from that counts."""
    if name in flags:
        return flag_of(name)
    variables = {variable.upper() for variable in os.environ}
    return variable_of(name) if variable_of(name) in variables else f"{file}: {name}"
