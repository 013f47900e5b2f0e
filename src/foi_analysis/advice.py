"""Errors of the system in one line: what happened, and what to do about it."""

from __future__ import annotations

import errno

_ADVICE = {
    errno.ENOENT: "give the path of a report",
    errno.EISDIR: "give a file, not a folder",
    errno.EEXIST: "a file stands where a folder is needed; give another",
    errno.ENOTDIR: "a file stands where a folder is needed; give another",
    errno.EACCES: "ask for access, or give another place",
    errno.EPERM: "ask for access, or give another place",
    errno.EROFS: "this place is read-only; give another",
    errno.ENOSPC: "the disk is full: free some space, then run it again",
    errno.EDQUOT: "your quota is full: free some space, then run it again",
    errno.EFBIG: "the file would grow larger than is allowed; raise the limit, then run it again",
    errno.EIO: "the disk is full or damaged, or the file would grow larger than is allowed; then run it again",
    errno.EAGAIN: "wait until it has ended, or give another name",
    errno.ELOOP: "the link leads back to itself; give the file itself",
}


def advise(error: OSError) -> str:
    """Return what happened and what to do, without the path.

    >>> advise(FileNotFoundError(errno.ENOENT, "No such file or directory", "x.html"))
    'No such file or directory; give the path of a report'
    """
    what = error.strerror or str(error)
    return " ".join(f"{what}; {_ADVICE.get(error.errno or 0, 'look at the path, then run it again')}".split())
