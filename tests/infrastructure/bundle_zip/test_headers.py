import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infrastructure.bundle_zip.headers import (
    CENTRAL,
    MAX_END_BYTES,
    End,
    Entry,
    central,
    central_size,
    difference,
    end,
    local,
    local_size,
    parse_central,
    parse_end,
)

FITS = 2**32 - 2
NUMBERS = st.one_of(st.integers(0, 2**64 - 1), st.sampled_from([0, FITS, FITS + 1, FITS + 2]))
ENTRIES = st.builds(
    Entry,
    name=st.sampled_from(["README.txt", "sections/12.jsonl"]),
    method=st.sampled_from([0, 8]),
    crc=st.integers(0, 2**32 - 1),
    packed=NUMBERS,
    size=NUMBERS,
    offset=NUMBERS,
)
SMALL = Entry("README.txt", 0, 0x12345678, 5, 5, 7)


def zip64_numbers(header: bytes) -> tuple[int, ...]:
    """What stands in the central header's ZIP64 extra field."""
    extra = header[CENTRAL.form.size + len(SMALL.name) :]
    if not extra:
        return ()
    identity, length = struct.unpack_from("<2H", extra)
    assert (identity, length) == (1, len(extra) - 4)
    return struct.unpack(f"<{length // 8}Q", extra[4:])


def test_a_local_header_states_sizes_in_64_bits_only() -> None:
    assert local(SMALL).hex(" ") == (
        "50 4b 03 04 2d 00 00 00 00 00 00 00 21 00 78 56 34 12 ff ff ff ff ff ff ff ff 0a 00 14 00 "
        "52 45 41 44 4d 45 2e 74 78 74 01 00 10 00 05 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00"
    )
    assert len(local(SMALL)) == local_size(SMALL.name)


def test_a_central_header_of_small_numbers_has_no_extra_field() -> None:
    assert central(SMALL).hex(" ") == (
        "50 4b 01 02 2d 03 2d 00 00 00 00 00 00 00 21 00 78 56 34 12 05 00 00 00 05 00 00 00 0a 00 "
        "00 00 00 00 00 00 00 00 00 00 a4 81 07 00 00 00 52 45 41 44 4d 45 2e 74 78 74"
    )


@pytest.mark.parametrize(
    ("size", "packed", "offset", "wide"),
    [
        (FITS, FITS, FITS, ()),
        (FITS + 1, FITS, FITS, (FITS + 1,)),
        (7, 2**40, 7, (2**40,)),
        (7, 7, 2**63, (2**63,)),
        (2**33, 7, 2**34, (2**33, 2**34)),
        (2**33, 2**32, 2**34, (2**33, 2**32, 2**34)),
    ],
)
def test_a_central_header_widens_what_does_not_fit(
    size: int, packed: int, offset: int, wide: tuple[int, ...]
) -> None:
    entry = SMALL._replace(size=size, packed=packed, offset=offset)
    assert zip64_numbers(central(entry)) == wide


@given(ENTRIES)
def test_a_central_header_is_read_as_it_was_written(entry: Entry) -> None:
    header = central(entry)
    assert parse_central(header) == entry
    assert central_size(header[: CENTRAL.form.size]) == len(header)


@pytest.mark.parametrize(
    ("stated", "length"),
    [
        (End(65534, FITS, FITS), 22),
        (End(65535, 7, 7), MAX_END_BYTES),
        (End(1, FITS + 1, 7), MAX_END_BYTES),
        (End(1, 7, FITS + 1), MAX_END_BYTES),
    ],
)
def test_zip64_end_records_stand_only_where_a_number_does_not_fit(stated: End, length: int) -> None:
    assert len(end(stated)) == length


def test_a_zip64_end_record_is_found_by_its_locator() -> None:
    assert end(End(70_000, 2**33, 2**34)).hex(" ") == (
        "50 4b 06 06 2c 00 00 00 00 00 00 00 2d 03 2d 00 00 00 00 00 00 00 00 00 "
        "70 11 01 00 00 00 00 00 70 11 01 00 00 00 00 00 "
        "00 00 00 00 02 00 00 00 00 00 00 00 04 00 00 00 "
        "50 4b 06 07 00 00 00 00 00 00 00 00 06 00 00 00 01 00 00 00 "
        "50 4b 05 06 00 00 00 00 ff ff ff ff ff ff ff ff ff ff ff ff 00 00"
    )


@given(st.builds(End, NUMBERS, NUMBERS, NUMBERS))
def test_end_records_are_read_as_they_were_written(stated: End) -> None:
    assert parse_end(end(stated)) == stated


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (SMALL._replace(crc=1), ("CRC 305419896", "1")),
        (SMALL._replace(name="readme.txt"), ("name 'README.txt'", "'readme.txt'")),
        (SMALL._replace(name="README"), ("name length 10", "6")),
        (SMALL._replace(size=2**32), ("size 5", "4294967295")),
    ],
)
def test_the_first_difference_of_two_headers_is_named(
    changed: Entry, told: tuple[str, str]
) -> None:
    assert difference(CENTRAL, central(SMALL), central(changed)) == told
