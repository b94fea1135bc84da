"""What no conversion can be made of: `ConversionError`, a `ValueError` told in French to those who negotiate."""


class ConversionError(ValueError):
    """The method cannot be applied to this état des lieux; the message says why and what to do."""
