"""What the JavaScript verifier is made of, against published vectors and the Python of the same."""

import hashlib
import json
import random
import re
import struct
from base64 import b64decode
from itertools import islice
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.canonical import decode, encode
from domain.errors import InvalidInput
from domain.transparency.merkle import leaf_hash, root_of
from infrastructure.signing.verify import verify_ed25519
from tests.conftest import shared_folder
from tests.domain.canonical.test_printing import published_sequence
from tests.interface.web.conftest import Ask, Question
from tests.tlog import consistency_proof

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493


def signed(key: bytes, signature: bytes, message: bytes) -> Question:
    return {
        "ask": "ed25519",
        "key": key.hex(),
        "signature": signature.hex(),
        "message": message.hex(),
    }


def judged(ask: Ask, cases: list[tuple[bytes, bytes, bytes]]) -> tuple[list[bool], list[bool]]:
    """What JavaScript and what Python says of each signature."""
    answers = ask([signed(*case) for case in cases])
    return [answer["answer"] for answer in answers], [verify_ed25519(*case) for case in cases]


def test_the_vectors_of_wycheproof_are_judged_as_they_say(ask: Ask) -> None:
    folder = shared_folder("vectors/wycheproof")
    tests = [
        (group["publicKey"]["pk"], test["sig"], test["msg"], test["result"] == "valid")
        for path in sorted(folder.rglob("ed25519*test.json"))
        for group in json.loads(path.read_text())["testGroups"]
        for test in group["tests"]
    ]
    assert len(tests) > 100
    cases = [tuple(map(bytes.fromhex, test[:3])) for test in tests]
    theirs, ours = judged(ask, cases)  # type: ignore[arg-type]  # map loses the number of members
    assert theirs == ours == [test[3] for test in tests]


def test_what_the_rfc_leaves_open_is_decided_as_by_openssl(ask: Ask) -> None:
    path = shared_folder("vectors/tlog-real-world") / "ed25519_speccheck_cases.json"
    names = ("pub_key", "signature", "message")
    cases = [
        tuple(bytes.fromhex(case[name]) for name in names) for case in json.loads(path.read_text())
    ]
    assert len(cases) == 12
    theirs, ours = judged(ask, cases)  # type: ignore[arg-type]  # as above
    assert theirs == ours


def test_odd_keys_and_signatures_are_judged_as_by_openssl(ask: Ask) -> None:
    chance = random.Random(1)
    small = [0, 1, 2, P - 1, P, P + 1, 2**255 - 1]
    keys = [(y | sign << 255).to_bytes(32, "little") for y in small for sign in (0, 1)]
    scalars = [0, 1, ORDER - 1, ORDER, ORDER + 1, 2**253, 2**256 - 1]
    cases = [
        (key, r + s.to_bytes(32, "little"), b"m") for key in keys for r in keys for s in scalars
    ]
    for number in range(20):
        private = Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))
        message = chance.randbytes(number * 37)
        signature, key = private.sign(message), private.public_key().public_bytes_raw()
        at = chance.randrange(64)
        altered = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        s = int.from_bytes(signature[32:], "little") + ORDER
        malleated = signature[:32] + s.to_bytes(32, "little")
        cases += [(key, each, message) for each in (signature, altered, malleated, signature[:-1])]
    theirs, ours = judged(ask, cases)
    assert theirs == ours
    assert any(ours[: len(keys) ** 2 * len(scalars)]), "some odd signatures hold, by OpenSSL"


def test_digests_of_every_length_around_a_block_are_right(ask: Ask) -> None:
    texts = [bytes([length & 255]) * length for length in (*range(260), 1000, 65_537)]
    answers = ask([{"ask": "sha", "hexed": text.hex()} for text in texts])
    assert [answer["answer"] for answer in answers] == [
        [hashlib.sha256(text).hexdigest(), hashlib.sha512(text).hexdigest()] for text in texts
    ]


def test_the_vectors_of_rfc_8785_are_printed_as_published(ask: Ask) -> None:
    data = shared_folder("vectors/rfc8785-cyberphone") / "testdata"
    inputs = sorted((data / "input").glob("*.json"))
    answers = ask([{"ask": "canonical", "hexed": path.read_bytes().hex()} for path in inputs])
    assert [answer["answer"].encode() for answer in answers] == [
        (data / "output" / path.name).read_bytes() for path in inputs
    ]


def test_numbers_of_the_published_sequence_are_printed_as_published(ask: Ask) -> None:
    page = (shared_folder("vectors/rfc8785-cyberphone") / "testdata" / "README.md").read_text()
    published = re.findall(r"\| ([0-9a-f]{64}) +\| 10000 +\|", page)
    sequence = list(islice(published_sequence(page), 10_000))
    answers = ask([{"ask": "number", "bits": f"{bits:016x}"} for bits in sequence])
    digest = hashlib.sha256()
    for bits, answer in zip(sequence, answers, strict=True):
        digest.update(f"{bits:x},{answer['answer']}\n".encode())
    assert [digest.hexdigest()] == published


JSON_TEXTS = [
    *('"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"', '"\\\\ud800"', '"\\u00zz"', '"\t"', '"'),
    *("1.0", "-0", "1e400", "9007199254740992", "9007199254740993", "1" * 22, "1" * 23, "0.1e-7"),
    *(
        "01",
        "+1",
        ".5",
        "1.",
        "NaN",
        "Infinity",
        "-",
        "nul",
        "truefalse",
        " [1 , 2 ]\n",
        "[1,]",
        "",
    ),
    *('{"a":1,"a":2}', '{"__proto__":1}', '{"10":1,"9":2,"a":3}', '{"a" :1}', "{a:1}", '{"a":}'),
    *(
        "[" * 128 + "]" * 128,
        "[" * 129 + "]" * 129,
        "[" * 5000,
        "\ufeff1",
        "[1]x",
        '{"\\u0061":1,"a":2}',
    ),
    '{"\ufffe":1,"\U0001f600":2,"\ue000":3}',
]


def read_by_python(data: bytes) -> str | None:
    try:
        return encode(decode(data)).decode()
    except InvalidInput:
        return None


def test_json_is_read_and_refused_alike(ask: Ask) -> None:
    texts = [text.encode("utf-8", "surrogatepass") for text in JSON_TEXTS]
    texts += [b"\xff", b'"\xed\xa0\x80"', b'"\xc0\x80"', struct.pack("<H", 0x2022)]
    answers = ask([{"ask": "canonical", "hexed": text.hex()} for text in texts])
    for text, answer in zip(texts, answers, strict=True):
        assert answer.get("answer") == read_by_python(text), text[:40]
        assert "answer" in answer or answer["error"] == "InvalidInput", text[:40]


def test_the_files_of_the_json_test_suite_are_read_and_refused_alike(ask: Ask) -> None:
    files = sorted((shared_folder("vectors/json-test-suite") / "test_parsing").glob("*.json"))
    assert len(files) > 300
    texts = [path.read_bytes() for path in files]
    answers = ask([{"ask": "canonical", "hexed": text.hex()} for text in texts])
    for path, text, answer in zip(files, texts, answers, strict=True):
        assert answer.get("answer") == read_by_python(text), path.name


def test_roots_are_those_of_the_python_tree(ask: Ask) -> None:
    leaves = [b"%d" % number for number in range(70)]
    questions = [
        {"ask": "root", "leaves": [leaf.hex() for leaf in leaves[:size]]} for size in range(71)
    ]
    assert [answer["answer"] for answer in ask(questions)] == [
        root_of(map(leaf_hash, leaves[:size])).hex() for size in range(71)
    ]


def cases(name: str) -> list[dict[str, Any]]:
    files = sorted((shared_folder("vectors/rfc6962-merkle") / "testdata" / name).rglob("*.json"))
    assert len(files) > 80
    return [json.loads(file.read_text()) for file in files]


def hexed(value: str) -> str:
    return b64decode(value).hex()


def test_the_inclusion_vectors_are_judged_as_they_say(ask: Ask) -> None:
    vectors = cases("inclusion")
    questions = [
        {
            "ask": "inclusion",
            "leaf": hexed(case["leafHash"]),
            "index": case["leafIdx"],
            "size": case["treeSize"],
            "proof": [hexed(each) for each in case["proof"] or []],
            "root": hexed(case["root"]),
        }
        for case in vectors
    ]
    for case, answer in zip(vectors, ask(questions), strict=True):
        assert (answer.get("error") == "BadProof") is case["wantErr"], case["desc"]


def test_the_consistency_vectors_are_judged_as_they_say(ask: Ask) -> None:
    vectors = cases("consistency")
    questions = [
        {
            "ask": "consistency",
            "sizes": [case["size1"], case["size2"]],
            "proof": [hexed(each) for each in case["proof"] or []],
            "roots": [hexed(case["root1"]), hexed(case["root2"])],
        }
        for case in vectors
    ]
    for case, answer in zip(vectors, ask(questions), strict=True):
        # Where they come from, a word in ASCII is once taken for a root; a root here has 32 bytes.
        is_hash = len(b64decode(case["root1"])) == 32
        assert (answer.get("error") == "BadProof") is (case["wantErr"] or not is_hash), case["desc"]


@pytest.mark.parametrize("sizes", [(0, 0), (1, 1), (3, 7), (4, 7), (64, 70), (70, 70)])
def test_the_empty_tree_and_whole_trees_are_extended(ask: Ask, sizes: tuple[int, int]) -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(70)]
    roots = [root_of(leaves[:size]).hex() for size in sizes]
    proof = [each.hex() for each in consistency_proof(leaves[: sizes[1]], sizes[0])]
    question = {"ask": "consistency", "sizes": sizes, "proof": proof, "roots": roots}
    assert ask([question]) == [{"answer": True}]
