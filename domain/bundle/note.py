"""What an archive signs of a bundle: its digest and streams (format, section 10).

Not here: the signature.
"""

from domain.bundle.manifest import Manifest

TITLE = "eval752 bundle"


def note_text(signer: str, digest: str, manifest: Manifest) -> str:
    """The text of ``proof/bundle.note``."""
    ends = (f"{end.stream} {end.size} {end.root}" for end in manifest.streams)
    return "\n".join([TITLE, signer, digest, *ends, ""])
