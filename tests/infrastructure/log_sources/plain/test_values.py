import pytest

from domain.errors import InvalidInput
from domain.syntax import MAX_EPOCHS
from infrastructure.log_sources.plain.values import epoch_of


@pytest.mark.parametrize("value", [MAX_EPOCHS, str(MAX_EPOCHS), f"000{MAX_EPOCHS}"])
def test_an_epoch_is_a_number_or_its_digits(value: int | str) -> None:
    assert epoch_of(value, "line 2") == MAX_EPOCHS


@pytest.mark.parametrize(
    "text", ["0", "-1", "1.0", "²", str(MAX_EPOCHS + 1), "00000100000", "00000001" + "0" * 5000]
)
def test_what_is_no_epoch_is_refused_however_long(text: str) -> None:
    with pytest.raises(InvalidInput, match="line 2: expected 1 to 10,000, found"):
        epoch_of(text, "line 2")
