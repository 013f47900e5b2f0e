"""A zip archive of XML that does not tell when, where or by what it was packed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from foi_analysis.moment import MOMENT

#: The number by which a zip archive says that it was packed on a Unix system, wherever it was packed.
_UNIX = 3
_READABLE = 0o644 << 16


def repacked(archive: bytes, replaced: Mapping[str, bytes]) -> bytes:
    """Pack an archive of XML files again in the same order, each with the same fixed date and rights.

    ``replaced`` gives new contents of members by their names. Each is written in canonical form, which is the same
    whatever library wrote it. Raises lxml.etree.XMLSyntaxError for a member that is no XML.
    """
    out = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            member = ZipInfo(name, MOMENT.timetuple()[:6])
            member.create_system, member.external_attr, member.compress_type = _UNIX, _READABLE, ZIP_DEFLATED
            tree = etree.fromstring(replaced[name] if name in replaced else old.read(name))
            new.writestr(member, etree.tostring(tree, method="c14n", exclusive=True), compresslevel=9)
    return out.getvalue()
