"""Stock → flux (theme 4 of the seed): rights on identified dwellings become parts of the yearly flux.

Pure and exact: fractions in, fractions out; dwellings are floored where they are counted.
"""

from flux.conversion.converting import convert
from flux.conversion.errors import ConversionError
from flux.conversion.etat_des_lieux import EtatDesLieux, Holder, LeftOut, Lot, Right
from flux.conversion.outcome import Conversion, Method, Part, Terms
from flux.conversion.state_caps import StateCaps
from flux.conversion.stock_share import Weighting, share_on_territory

__all__ = [
    "Conversion",
    "ConversionError",
    "EtatDesLieux",
    "Holder",
    "LeftOut",
    "Lot",
    "Method",
    "Part",
    "Right",
    "StateCaps",
    "Terms",
    "Weighting",
    "convert",
    "share_on_territory",
]
