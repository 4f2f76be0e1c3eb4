"""Ask every address that the built site names whether it answers: ``make links``.

Each host is asked one question at a time, and left alone once it has twice not answered. An address
is *gone* where its host says so (404, 410) or where no host has its name; that is an error. A host
that refuses a program, is out of order or takes too long has told nothing of its page: such
addresses are listed, for somebody to look. What leads to a place within the site is tested with it.
"""

from __future__ import annotations

import socket
import sys
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from itertools import groupby
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urldefrag, urlsplit

from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build/html"
AT_ONCE = 16  # hosts
PATIENCE = 20.0  # [seconds]
TRIES = 2  # questions without an answer, before a host is left alone
AGENT = "Mozilla/5.0 (compatible; the book Margin, looking for links that are gone)"
ANSWERS, NO_ANSWER, NO_HOST = "answers", "no answer", "no such host"
GONE = ("404", "410", NO_HOST)


def addresses(site: Path) -> dict[str, str]:
    """Return the addresses of other hosts in a site, each with the first page that names it."""
    found: dict[str, str] = {}
    for path in sorted(site.rglob("*.html")):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for link in page.select("a[href^='http']"):
            address = urldefrag(str(link["href"])).url
            found.setdefault(address, path.relative_to(site).as_posix())
    return found


def asked(address: str, patience: float) -> str:
    """Return what a host says of an address: that it answers, or a status, or what went wrong."""
    safe = quote(address, safe="%/:=&?~#+!$,;'@()*[]")
    request = urllib.request.Request(safe, headers={"User-Agent": AGENT})
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    try:
        with opener.open(request, timeout=patience):
            return ANSWERS
    except HTTPError as error:
        return str(error.code)
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        is_unknown = isinstance(reason, socket.gaierror) and reason.errno != socket.EAI_AGAIN
        return NO_HOST if is_unknown else NO_ANSWER


def asked_of_a_host(names: Iterable[str], patience: float = PATIENCE) -> dict[str, str]:
    """Return what a host says of each of its addresses, asked one after the other."""
    told: dict[str, str] = {}
    for name in names:
        silent = [said for said in told.values() if said == NO_ANSWER]
        told[name] = NO_ANSWER if len(silent) >= TRIES else asked(name, patience)
    return told


def report(told: dict[str, str], pages: dict[str, str]) -> tuple[str, bool]:
    """Return what is to be printed, and whether all is well."""
    gone = {name: said for name, said in told.items() if said in GONE}
    unsure = {name: said for name, said in told.items() if said not in (ANSWERS, *GONE)}
    lines = []
    for title, those in (("Gone:", gone), ("Told nothing, look yourself:", unsure)):
        rows = [f"  {said}: {name} ({pages[name]})" for name, said in sorted(those.items())]
        lines += [title, *rows] if rows else []
    answering = len(told) - len(gone) - len(unsure)
    lines.append(
        f"Of {len(told)} addresses {answering} answer, {len(gone)} are gone, "
        f"{len(unsure)} told nothing."
    )
    if told and not answering:
        lines.append("Nothing answers: is there a network?")
    return "\n".join(lines), not gone and (answering > 0 or not told)


def host(address: str) -> str:
    """Return the name of an address's host."""
    return urlsplit(address).netloc


def main() -> None:
    """Ask all that the site names."""
    pages = addresses(SITE)
    hosts = [list(names) for _, names in groupby(sorted(pages, key=host), key=host)]
    print(f"Asking {len(hosts)} hosts for {len(pages)} addresses", flush=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = {
            name: said for part in pool.map(asked_of_a_host, hosts) for name, said in part.items()
        }
    text, is_well = report(told, pages)
    print(text)
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
