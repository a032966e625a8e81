"""A known mistake: a small patch of the reference with a name and a hint.

The same list proves the checks (each mistake must be caught), explains a student's
failure and counts a class's misconceptions.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One way to get a part wrong.

    Attributes:
        name: identifier, unique in its assignment, such as `labels_padded_with_pad_id`.
        part: the part whose reference is patched.
        old: text that stands exactly once in the reference.
        new: what stands in its place.
        hint: one sentence that names the cause to a student, in English.
        hint_zh: the same sentence in Chinese.
    """

    name: str
    part: str
    old: str
    new: str
    hint: str
    hint_zh: str

    def apply(self, source: str) -> str:
        """The reference's `source` with this mistake in it.

        Raises:
            ValueError: if `old` does not stand in `source` exactly once.
        """
        count = source.count(self.old)
        if count != 1:
            raise ValueError(
                f"mistake {self.name!r}: {self.old!r} stands {count} times in the"
                f" reference of {self.part!r}, expected once"
            )
        return source.replace(self.old, self.new)
