"""Running an installation: `hansa migrate`, `serve`, `worker`, `check`, `setup`, `demo`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

SETTINGS = "hansa.site.settings"
HOST = "127.0.0.1"


def migrate() -> None:
    """Make the database if it is new and bring it to this release, as the owner's role."""
    with database():
        django_command("migrate", "-v0", role="owner")
    typer.echo("The database is up to date.")


def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = HOST,
    workers: Annotated[int, typer.Option(help="Web processes.")] = 2,
) -> None:
    """Serve the screens and the API; brings up the embedded PostgreSQL where one is used."""
    from hansa.kit.processes import Family

    with database():
        collect_static()
        family = Family()
        family.start(web_command(host, port, workers), environment=environment(serving=True))
        raise typer.Exit(family.watch())


def worker(concurrency: Annotated[int, typer.Option(help="Jobs at a time.")] = 2) -> None:
    """Run the jobs: checking reports, settlements, reactions, mails."""
    from hansa.kit.processes import Family

    with database():
        family = Family()
        family.start(worker_command(concurrency), environment=environment(), death=signal.SIGKILL)
        raise typer.Exit(family.watch())


def check() -> None:
    """Say what is misconfigured; exit status 1 if anything is."""
    with database():
        raise typer.Exit(
            subprocess.run([sys.executable, "-m", "hansa.site.checks"], env=environment(), check=False).returncode
        )


def setup(
    email: Annotated[str, typer.Option(prompt=True, help="The first owner's e-mail address.")],
    name: Annotated[str, typer.Option(prompt=True, help="The first owner's name.")],
    organization: Annotated[str, typer.Option(prompt=True, help="The company's name.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Make the first company and its owner on a new installation."""
    with database():
        django_ready()
        from django.utils import timezone

        from hansa.kit.failures import Failure
        from hansa.organizations.operations import create_first_owner

        try:
            create_first_owner(email=email, name=name, organization=organization, password=password, at=timezone.now())
        except Failure as failure:
            typer.echo(failure.detail, err=True)
            raise typer.Exit(2) from failure
    typer.echo(f"{name} can sign in.")


def demo(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    real: Annotated[
        Path | None, typer.Option(help="Folder with a real data set instead of the invented world.")
    ] = None,
) -> None:
    """A whole channel to look at on this machine: made at the first start, found again afterwards."""
    from hansa.kit import config
    from hansa.kit.processes import Family

    os.environ.setdefault("HANSA_HOME", str(Path("var/real" if real else "var/demo").absolute()))
    os.environ["HANSA_BASE_URL"] = f"http://localhost:{port}"
    if real is not None and not real.is_dir():
        typer.echo(f"{real} is not a folder.", err=True)
        raise typer.Exit(2)
    started = time.monotonic()
    with database():
        told("The database is up", started)
        with ThreadPoolExecutor() as side_by_side:
            steps = (
                side_by_side.submit(django_command, "migrate", "-v0", role="owner"),
                side_by_side.submit(collect_static),
            )
        for step in steps:
            step.result()
        told("Tables and files are in place", started)
        if not (config.home() / "loaded").exists():
            load = [sys.executable, "-m", "hansa.site.demo", *(["--real", str(real.absolute())] if real else [])]
            if subprocess.run(load, env=environment(), check=False).returncode != 0:
                raise typer.Exit(1)
        family = Family()
        family.start(worker_command(2), environment=environment(), death=signal.SIGKILL)
        family.start(web_command(HOST, port, 2), environment=environment(serving=True))
        if wait_until_ready(port, family.children[-1]):
            told("Ready", started)
            subprocess.run(
                [sys.executable, "-m", "hansa.site.demo", "--tell", str(port)], env=environment(), check=False
            )
        raise typer.Exit(family.watch())


@contextmanager
def database() -> Iterator[None]:
    """The embedded PostgreSQL up while this lasts, unless DATABASE_URL names another."""
    from hansa.kit import config
    from hansa.kit.postgres import Cluster, DatabaseUnavailable, prepare

    if not config.is_embedded():
        yield
        return
    cluster = Cluster(config.home() / "postgres")
    try:
        cluster.start()
        prepare(cluster, database=config.DATABASE, owner=config.OWNER_ROLE, app=config.APP_ROLE)
    except DatabaseUnavailable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    try:
        yield
    finally:
        cluster.stop()


def django_ready() -> None:
    """Have Django in this very process, for commands that do something themselves."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def environment(*, role: str = "app", serving: bool = False) -> dict[str, str]:
    """The environment of a child process."""
    told_apart = {"HANSA_SERVING": "1"} if serving else {}
    return {**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS, "HANSA_DB_ROLE": role, **told_apart}


def django_command(*arguments: str, role: str = "app") -> None:
    """Run one of Django's commands and stop here when it fails."""
    done = subprocess.run([sys.executable, "-m", "django", *arguments], env=environment(role=role), check=False)
    if done.returncode != 0:
        raise typer.Exit(done.returncode)


def collect_static() -> None:
    """Gather the browser's files below HANSA_HOME, once per build of them."""
    import hansa.ui
    from hansa.kit import config

    sources = Path(hansa.ui.__file__).parent / "static"
    newest = max((path.stat().st_mtime_ns for path in sources.rglob("*") if path.is_file()), default=0)
    stamp = config.home() / "static.stamp"
    if stamp.exists() and stamp.read_text() == str(newest):
        return
    shutil.rmtree(config.home() / "static", ignore_errors=True)
    django_command("collectstatic", "--noinput", "-v0")
    stamp.write_text(str(newest))


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The web server."""
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers)]
    options += ["--blocking-threads", "4", "--workers-kill-timeout", "10", "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *options, "hansa.site.wsgi:application"]


def worker_command(concurrency: int) -> list[str]:
    """The job worker; jobs of a dead worker are taken up again by the others."""
    options = ["--concurrency", str(concurrency), "--shutdown-graceful-timeout", "10"]
    return [sys.executable, "-m", "django", "procrastinate", "worker", *options]


def wait_until_ready(port: int, child: subprocess.Popen[bytes], *, patience: float = 60.0) -> bool:
    """Whether /readyz answered 200 before the server ended or patience did."""
    from urllib.error import URLError
    from urllib.request import urlopen

    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with urlopen(f"http://{HOST}:{port}/readyz", timeout=5) as answer:  # nosec B310 our own server on loopback
                if answer.status == 200:
                    return True
        except (URLError, OSError):
            time.sleep(0.2)
    return False


def told(step: str, started: float) -> None:
    """Print a step with the seconds since the start."""
    typer.echo(f"{step} after {time.monotonic() - started:.1f} s.")
