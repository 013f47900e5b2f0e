"""Open an OLE file, as which Office of 97 to 2003 and WPS save, without following one that leads in circles."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from olefile import OleFileIO

from foi_analysis.resources import Told, told_by

#: What olefile passes for the size of the directory, which only its chain tells.
_UNKNOWN = 0x7FFFFFFF
#: A report's file has some dozens of entries, of 128 bytes each.
_LARGEST_DIRECTORY = 128 * 5_000
_SECTORS, _SMALL_SECTOR = (512, 4096), 64


class _File(OleFileIO):  # type: ignore[misc]
    """An OLE file of which no more is read than it holds."""

    def loadfat(self, header: bytes) -> None:
        """Load the table of sectors, unless it is larger than the file needs."""
        if self.sector_size not in _SECTORS or self.mini_sector_size != _SMALL_SECTOR:
            raise ValueError(Told("refusals.sector_size"))
        if self.num_fat_sectors > 109 + 8 * self.nb_sect // self.sector_size:
            raise ValueError(Told("refusals.sector_table"))
        super().loadfat(header)

    def _open(self, start: int, size: int = _UNKNOWN, force_FAT: bool = False) -> io.BytesIO:  # noqa: N803
        """Open a stream, unless it is larger than the file."""
        if size != _UNKNOWN and size > self._filesize:
            raise ValueError(Told("refusals.stream_large"))
        stream: io.BytesIO = super()._open(start, size, force_FAT)
        if size == _UNKNOWN and len(stream.getbuffer()) > _LARGEST_DIRECTORY:
            raise ValueError(Told("refusals.directory_large"))
        return stream


@contextmanager
def _opened(content: bytes) -> Iterator[_File]:
    try:
        with _File(io.BytesIO(content)) as file:
            yield file
    except Exception as error:  # olefile promises nothing of what it raises
        raise ValueError(Told("refusals.damaged", what=Told("refusals.office_file"), how=told_by(error))) from None


def stream_names(content: bytes) -> frozenset[str]:
    """Return the names of the streams of an OLE file itself, not of files in it. Raises ValueError if damaged."""
    with _opened(content) as file:
        return frozenset(entry[0] for entry in file.listdir() if len(entry) == 1)


def streams(content: bytes, wanted: Collection[str]) -> dict[str, bytes]:
    """Return those of the wanted streams that an OLE file has. Raises ValueError when it is damaged."""
    with _opened(content) as file:
        there = {entry[0] for entry in file.listdir() if len(entry) == 1}
        return {name: file.openstream(name).getvalue() for name in wanted if name in there}
