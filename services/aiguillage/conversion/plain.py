"""Words without accents, capitals nor punctuation, so that headers and cells are recognised however typed."""

import re
import unicodedata


def plain(text: str) -> str:
    """« Taux de rotation (%) » is ``taux_de_rotation``."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")
