"""`python -m hansa.site.demo`: load the demo once, or say how to sign in. Called by `hansa demo`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path


def main() -> int:
    """Load what is missing and answer 0; `--tell PORT` prints the addresses and logins."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--real", type=Path)
    parser.add_argument("--tell", type=int)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.site.settings")
    import django

    django.setup()
    if chosen.tell:
        _say(chosen.tell)
        return 0
    return _load(chosen.real)


def _load(real: Path | None) -> int:
    from django.utils import timezone

    from hansa.kit import config

    if _has_organizations():
        print(
            "An earlier start was interrupted while it made the demo. Remove its folder and start again:",
            file=sys.stderr,
        )
        print(f"  rm -r {config.home()}", file=sys.stderr)
        return 1
    started = time.monotonic()

    def tell(step: str) -> None:
        print(f"  {step}", flush=True)

    if real:
        from hansa.site.demo.real import load_real

        load_real(real, now=timezone.now(), tell=tell)
    else:
        from hansa.site.demo.load import load_world

        load_world(now=timezone.now(), tell=tell)
    (config.home() / "loaded").write_text(f"{timezone.now().isoformat()}\n")
    print(f"The world was made in {time.monotonic() - started:.1f} s.", flush=True)
    return 0


def _has_organizations() -> bool:
    from hansa.kit.scope import acting, system
    from hansa.organizations.models import Organization

    with acting(system("looking whether the demo is there")):
        return bool(Organization.objects.exists())


def _say(port: int) -> None:
    from hansa.kit.scope import acting, system
    from hansa.organizations.models import Affiliation
    from hansa.site.demo.world import DEMO_PASSWORD

    print(f"\nOpen http://localhost:{port}/ and sign in with the password {DEMO_PASSWORD} as\n")
    with acting(system("listing the demo's logins")):
        rows = Affiliation.objects.select_related("person", "organization").order_by("joined_at", "id")
        for row in rows:
            print(f"  {row.person.email:44} {', '.join(row.roles):32} {row.organization.name}")
    print("\nStop with Ctrl-C; the next start finds everything as it was.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
