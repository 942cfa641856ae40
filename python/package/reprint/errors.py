"""Exceptions of the package.

Every one is a `ReprintError`. Where Python has a class of its own for the fault, the exception is one
of these, too: a bad setting is a `ValueError`, a missing index an `OSError`.
"""

__all__ = [
    "ColumnError",
    "DamagedError",
    "DuplicateKeyError",
    "IndexIOError",
    "LockedError",
    "RecipeError",
    "ReprintError",
    "SettingError",
    "TextTooLongError",
]


class ReprintError(Exception):
    """Anything that went wrong in this package.

    `message` names what is at fault and the way out; `setting` is the name of the setting at fault,
    or None where data are.
    """

    def __init__(self, message: str, setting: str | None = None) -> None:
        """Take the message, and the setting at fault."""
        super().__init__(message, setting)
        self.message = message
        self.setting = setting

    def __str__(self) -> str:
        """Return the message alone."""
        return self.message


class SettingError(ReprintError, ValueError):
    """A setting is outside its range."""


class RecipeError(ReprintError, ValueError):
    """Sketches made with different settings were put together."""


class DuplicateKeyError(ReprintError, ValueError):
    """The detector has an article with this key already."""


class TextTooLongError(ReprintError, ValueError):
    """A text has more than 4 GiB."""


class ColumnError(ReprintError, ValueError):
    """An argument is no column of strings, or columns don't fit each other."""


class DamagedError(ReprintError):
    """A saved index, or saved statistics, are damaged or of another version."""


class IndexIOError(ReprintError, OSError):
    """The system refused to read or write a saved index, or there is none."""


class LockedError(ReprintError, OSError):
    """Another process writes to the saved index."""
